-- P4: a purse is below zero only if a collected purchase or a correction overdrew it (DESIGN §4.6); subsidy purses never are.
select a.id as account_id, a.balance_fen
from ledger_account as a
where a.balance_fen < 0 and (a.subject = 2002 or (a.subject = 2001 and not exists (
  select from people_person p join cards_card c on c.person_id = p.id
  join purchases_purchase x on x.card_id = c.id and x.flags & 1 = 1
  where p.cash_account_id = a.id) and not exists (
  select from ledger_transfer t where t.debit_account_id = a.id and t.kind = 10)))
