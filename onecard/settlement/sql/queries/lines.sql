-- What moved a merchant's account between two ids, by source, kind, day and meal. Fees and payments (kind 11) are settlement's own.
-- `slots` has for each minute of the day its meal (rules.meal_slots), or is empty. Read by the account's two indexes, once.
with movement as (
  select t.source_id, t.kind, t.amount_fen, t.occurred_at at time zone %(zone)t as local_at
  from ledger_transfer as t
  where t.credit_account_id = %(account_id)b::bigint and t.id > %(after_id)b::bigint and t.id <= %(last_id)b::bigint and t.kind <> 11
  union all
  select t.source_id, t.kind, -t.amount_fen, t.occurred_at at time zone %(zone)t
  from ledger_transfer as t
  where t.debit_account_id = %(account_id)b::bigint and t.id > %(after_id)b::bigint and t.id <= %(last_id)b::bigint and t.kind <> 11
)
select m.source_id, m.kind, m.local_at::date as day,
  case when cardinality(%(slots)t::smallint[]) = 0 then 0
    else (%(slots)t::smallint[])[1 + (date_part('hour', m.local_at) * 60 + date_part('minute', m.local_at))::integer] end as slot,
  count(*) as transfers, sum(m.amount_fen)::bigint as amount_fen
from movement as m
group by 1, 2, 3, 4
