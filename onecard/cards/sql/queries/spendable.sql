-- What the holders of these cards can spend: cash and what is left of a subsidy.
select c.card_no, cash.balance_fen + greatest(coalesce(subsidy.balance_fen, 0), 0) as balance_fen
from cards_card as c
join people_person as p on p.id = c.person_id
join ledger_account as cash on cash.id = p.cash_account_id
left join ledger_account as subsidy on subsidy.id = p.subsidy_account_id
where c.card_no = any (%b::bigint[])
