-- H1: a record that was merged into another holds no money, and the one that it leads to is not merged itself.
select m.id, cash.balance_fen, subsidy.balance_fen as subsidy_fen, o.state
from people_person as m
join people_person as o on o.id = m.merged_into_id
join ledger_account as cash on cash.id = m.cash_account_id
left join ledger_account as subsidy on subsidy.id = m.subsidy_account_id
where m.state = 'merged' and (cash.balance_fen <> 0 or coalesce(subsidy.balance_fen, 0) <> 0 or o.state = 'merged')
