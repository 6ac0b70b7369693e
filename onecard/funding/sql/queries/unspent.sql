-- Of granted subsidies: the purse (that of who stays, for a merged person), its balance, and what later grants brought to it that
-- was not taken back. Ask with the purses locked. One pass over all grants of the batch's people: joined row by row it was quadratic.
with asked as (
  select g.id, coalesce(p.merged_into_id, p.id) as owner_id
  from funding_subsidygrant as g
  join people_person as p on p.id = g.person_id
  where g.id = any(%(grants)b::bigint[])
), owners as (
  select distinct owner_id from asked
), records as (
  select owner_id, owner_id as person_id from owners
  union all
  select w.owner_id, q.id from owners as w join people_person as q on q.merged_into_id = w.owner_id
), in_order as (
  select o.id, coalesce(sum(o.amount_fen) over (
      partition by r.owner_id order by o.granted_at desc, o.id desc rows between unbounded preceding and 1 preceding
    ), 0)::bigint as later_fen
  from records as r
  join funding_subsidygrant as o on o.person_id = r.person_id
  where o.state = 'granted'
)
select s.id, w.subsidy_account_id, a.balance_fen, l.later_fen
from asked as s
join in_order as l on l.id = s.id
join people_person as w on w.id = s.owner_id
join ledger_account as a on a.id = w.subsidy_account_id
