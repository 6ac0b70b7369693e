-- The day's takings by merchant and terminal, net: purchases less what terminals reversed (under minus a purchase's number). A
-- purchase or a reversal is one record of a terminal, however many transfers carry it.
with event as (
  select source_id, case kind when 1 then credit_account_id else debit_account_id end as payable_id, kind,
    sum(case kind when 1 then amount_fen else -amount_fen end) as amount_fen
  from ledger_transfer
  where id between %(first_id)s and %(last_id)s and (kind = 1 or (kind = 9 and source_seq < 0 and leg < 4
    and source_id in (select id from ledger_source where kind = 'terminal')))
  group by source_id, source_seq, payable_id, kind
), taking as (
  select source_id, payable_id, count(*) filter (where kind = 1) as purchases, count(*) filter (where kind = 9) as reversals,
    sum(amount_fen)::bigint as amount_fen
  from event group by source_id, payable_id
)
select coalesce(m.code, '') as merchant, coalesce(m.name, '') as merchant_name, coalesce(t.code, s.name) as terminal,
  k.purchases, k.reversals, k.amount_fen
from taking as k
left join merchants_merchant as m on m.payable_account_id = k.payable_id
left join terminals_terminal as t on t.source_id = k.source_id
left join ledger_source as s on s.id = k.source_id
order by m.code, t.code, k.source_id
