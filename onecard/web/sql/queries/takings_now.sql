-- Net takings of the transfers first to last by merchant and by the hour on campus at which the purchase happened: purchases less
-- what terminals reversed (under minus a purchase's number). The hour is null when the purchase happened on another date (records
-- that came late). A purchase or a reversal is one record of a terminal, however many transfers carry it.
with event as (
  select case kind when 1 then credit_account_id else debit_account_id end as payable_id, kind, min(occurred_at) as occurred_at,
    sum(case kind when 1 then amount_fen else -amount_fen end)::bigint as amount_fen
  from ledger_transfer
  where id between %(first_id)s and %(last_id)s and (kind = 1 or (kind = 9 and source_seq < 0 and leg < 4
    and source_id in (select id from ledger_source where kind = 'terminal')))
  group by source_id, source_seq, payable_id, kind
), taking as (
  select payable_id,
    case when (occurred_at at time zone %(zone)s)::date = %(day)s
      then extract(hour from occurred_at at time zone %(zone)s)::int end as hour,
    count(*) filter (where kind = 1) as purchases, count(*) filter (where kind = 9) as reversals,
    sum(amount_fen)::bigint as amount_fen
  from event group by 1, 2
)
select m.id as merchant_id, coalesce(m.name, '') as merchant, t.hour, t.purchases, t.reversals, t.amount_fen
from taking as t left join merchants_merchant as m on m.payable_account_id = t.payable_id
order by m.code, t.hour
