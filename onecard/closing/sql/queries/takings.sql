-- The day's purchases by merchant and terminal; a purchase is one record of a terminal, however many transfers carry it.
with purchase as (
  select source_id, source_seq, credit_account_id, sum(amount_fen) as amount_fen
  from ledger_transfer
  where id between %(first_id)s and %(last_id)s and kind = 1
  group by source_id, source_seq, credit_account_id
), taking as (
  select source_id, credit_account_id, count(*) as purchases, sum(amount_fen)::bigint as amount_fen
  from purchase group by source_id, credit_account_id
)
select coalesce(m.code, '') as merchant, coalesce(m.name, '') as merchant_name, coalesce(t.code, s.name) as terminal,
  k.purchases, k.amount_fen
from taking as k
left join merchants_merchant as m on m.payable_account_id = k.credit_account_id
left join terminals_terminal as t on t.source_id = k.source_id
left join ledger_source as s on s.id = k.source_id
order by m.code, t.code, k.source_id
