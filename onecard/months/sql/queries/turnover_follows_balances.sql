-- Subjects whose kept movements of a month are not the turnover of their accounts' day balances.
with kept as (
  select side.subject, sum(side.debits_fen) as debits_fen, sum(side.credits_fen) as credits_fen
  from rollups_movement as m
  cross join lateral (values (m.debit_subject, m.amount_fen, 0), (m.credit_subject, 0, m.amount_fen))
    as side (subject, debits_fen, credits_fen)
  where m.business_date between %(since)b::date and %(until)b::date
  group by side.subject
), balances as (
  select a.subject, sum(b.debits_fen) as debits_fen, sum(b.credits_fen) as credits_fen
  from ledger_daybalance as b
  join ledger_account as a on a.id = b.account_id
  where b.id between %(first_balance_id)b::bigint and %(last_balance_id)b::bigint
    and b.business_date between %(since)b::date and %(until)b::date
  group by a.subject
)
select coalesce(k.subject, b.subject) as subject, k.debits_fen, b.debits_fen as balances_debits_fen, k.credits_fen,
  b.credits_fen as balances_credits_fen
from kept as k
full join balances as b on b.subject = k.subject
where (k.debits_fen, k.credits_fen) is distinct from (b.debits_fen, b.credits_fen)
order by 1
