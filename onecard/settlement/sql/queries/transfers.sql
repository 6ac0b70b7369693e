-- The transfers behind a figure of a statement, a page at a time in id order; the same reckoning of day and meal as lines.sql.
-- Null narrows nothing; meal is its place among the statement's meals from 1, 0 outside of all.
with movement as (
  select t.id, t.source_id, t.source_seq, t.kind, t.amount_fen, t.occurred_at, t.business_date, t.occurred_at at time zone %(zone)t as local_at
  from ledger_transfer as t
  where t.credit_account_id = %(account_id)b::bigint and t.id > greatest(%(after_id)b::bigint, %(from_id)b::bigint)
    and t.id <= %(last_id)b::bigint and t.kind <> 11
  union all
  select t.id, t.source_id, t.source_seq, t.kind, -t.amount_fen, t.occurred_at, t.business_date, t.occurred_at at time zone %(zone)t
  from ledger_transfer as t
  where t.debit_account_id = %(account_id)b::bigint and t.id > greatest(%(after_id)b::bigint, %(from_id)b::bigint)
    and t.id <= %(last_id)b::bigint and t.kind <> 11
), placed as (
  select m.*, case when cardinality(%(slots)t::smallint[]) = 0 then 0
    else (%(slots)t::smallint[])[1 + (date_part('hour', m.local_at) * 60 + date_part('minute', m.local_at))::integer] end as slot
  from movement as m
)
select p.id, s.name, p.source_seq, p.kind, p.occurred_at, p.business_date, p.amount_fen
from placed as p
join ledger_source as s on s.id = p.source_id
where (%(source_id)b::bigint is null or p.source_id = %(source_id)b::bigint)
  and (%(day)b::date is null or p.local_at::date - (p.slot < 0)::integer = %(day)b::date)
  and (%(meal)b::integer is null or abs(p.slot) = %(meal)b::integer)
order by p.id
limit %(limit)b::bigint
