-- Purchases of the transfers first to last by merchant and by the hour on campus at which they happened; the hour is null when
-- they happened on another date (records that came late). A purchase is one record of a terminal, however many transfers carry it.
with purchase as (
  select source_id, source_seq, credit_account_id, min(occurred_at) as occurred_at, sum(amount_fen)::bigint as amount_fen
  from ledger_transfer
  where id between %(first_id)s and %(last_id)s and kind = 1
  group by source_id, source_seq, credit_account_id
), taking as (
  select credit_account_id,
    case when (occurred_at at time zone %(zone)s)::date = %(day)s
      then extract(hour from occurred_at at time zone %(zone)s)::int end as hour,
    count(*) as purchases, sum(amount_fen)::bigint as amount_fen
  from purchase group by 1, 2
)
select m.id as merchant_id, coalesce(m.name, '') as merchant, t.hour, t.purchases, t.amount_fen
from taking as t left join merchants_merchant as m on m.payable_account_id = t.credit_account_id
order by m.code, t.hour
