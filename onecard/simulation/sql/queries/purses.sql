-- What the people with these numbers have: cash and subsidy purse.
select p.person_no, cash.balance_fen, coalesce(subsidy.balance_fen, 0)
from people_person as p
join ledger_account as cash on cash.id = p.cash_account_id
left join ledger_account as subsidy on subsidy.id = p.subsidy_account_id
where p.person_no = any (%s::text[])
