-- A merchant's takings on the open business day by source, net; fees and payments (kind 11) are settlement's own.
with day as (
  select coalesce(max(last_transfer_id), 0) as after_id from ledger_businessday
), movement as (
  select t.source_id, t.amount_fen from day, ledger_transfer as t
  where t.credit_account_id = %(account_id)b::bigint and t.id > day.after_id and t.kind <> 11
  union all
  select t.source_id, -t.amount_fen from day, ledger_transfer as t
  where t.debit_account_id = %(account_id)b::bigint and t.id > day.after_id and t.kind <> 11
)
select s.name, count(*), sum(m.amount_fen)::bigint
from movement as m
join ledger_source as s on s.id = m.source_id
group by s.name
order by 3 desc, 1
