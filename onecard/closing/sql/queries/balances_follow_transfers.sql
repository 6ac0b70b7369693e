-- Accounts whose balance is not their last kept day balance plus the open day's movement (DESIGN §4.6). An account that did not move
-- must stand as it was. Costs one index probe an account and one pass over the day's transfers, not over the ledger.
select a.id as account_id, coalesce(o.balance_fen, 0) as opening_fen,
  coalesce(m.debits_fen, 0) as debits_fen, coalesce(m.credits_fen, 0) as credits_fen, a.balance_fen
from ledger_account as a
left join ledger_movements_v1(%(first_id)s, %(last_id)s) as m on m.account_id = a.id
left join lateral (
  select b.balance_fen from ledger_daybalance as b where b.account_id = a.id order by b.business_date desc limit 1
) as o on true
where a.balance_fen <> coalesce(o.balance_fen, 0) + a.side * (coalesce(m.debits_fen, 0) - coalesce(m.credits_fen, 0))
order by a.id
limit %(limit)s
