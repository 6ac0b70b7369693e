-- Of granted subsidies: the purse (that of who stays, for a merged person), its balance, and what later grants brought to it that
-- was not taken back. Ask with the purses locked.
select g.id, w.subsidy_account_id, a.balance_fen, coalesce((
    select sum(o.amount_fen)
    from funding_subsidygrant as o
    join people_person as q on q.id = o.person_id
    where coalesce(q.merged_into_id, q.id) = w.id and o.state = 'granted' and (o.granted_at, o.id) > (g.granted_at, g.id)
  ), 0)::bigint
from funding_subsidygrant as g
join people_person as p on p.id = g.person_id
join people_person as w on w.id = coalesce(p.merged_into_id, p.id)
join ledger_account as a on a.id = w.subsidy_account_id
where g.id = any(%(grants)b::bigint[])
