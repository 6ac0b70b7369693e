-- Cash purses that were paid into on a closed day of the term and ended it above a cap: purses, days, and how much of the day's
-- payments lay above the cap.
select count(distinct b.account_id) as purses, count(*) as days,
  coalesce(sum(least(b.credits_fen, b.balance_fen - %(cap_fen)b::bigint)), 0)::bigint as above_fen
from ledger_daybalance as b
join ledger_account as a on a.id = b.account_id
where b.business_date between %(first)b::date and %(last)b::date
  and b.credits_fen > 0 and b.balance_fen > %(cap_fen)b::bigint and a.subject = 2001
