-- Trial balance of the open day by subject. Openings are closings less the day's movement, which `balances_follow_transfers` has
-- compared account by account with the kept day balances; so nothing but the day's transfers and the accounts is read.
select a.subject,
  (sum(a.balance_fen) - coalesce(sum(a.side * (m.debits_fen - m.credits_fen)), 0))::bigint as opening_fen,
  coalesce(sum(m.debits_fen), 0)::bigint as debits_fen,
  coalesce(sum(m.credits_fen), 0)::bigint as credits_fen,
  sum(a.balance_fen)::bigint as closing_fen
from ledger_account as a
left join ledger_movements_v1(%(first_id)s, %(last_id)s) as m on m.account_id = a.id
group by a.subject
order by a.subject
