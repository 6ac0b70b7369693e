-- The terminals at which the leavers of a batch ever bought: missing numbers, last record. Each purse's transfers are found by index.
with used as (
  select distinct t.source_id
  from leavers_leaver as l
  join people_person as p on p.id = l.person_id
  cross join lateral (values (p.cash_account_id), (p.subsidy_account_id)) as purse (account_id)
  join ledger_transfer as t on t.debit_account_id = purse.account_id and t.kind = 1
  where l.batch_id = %(batch_id)s::bigint
), missing as (
  select m.terminal_id, sum(upper(gap) - lower(gap))::bigint as numbers
  from terminals_missing_v1() as m cross join lateral unnest(m.missing) as gap
  group by m.terminal_id
)
select t.id, t.code, coalesce(m.numbers, 0)::bigint, (
  select max(b.last_received_at) from terminals_terminalbatch as b where b.terminal_id = t.id)
from used as u
join terminals_terminal as t on t.source_id = u.source_id
left join missing as m on m.terminal_id = t.id
order by coalesce(m.numbers, 0) desc, t.code
