-- Cash purses above zero that nothing has moved since before a day, with the business day that moved them last, longest first; without
-- those that were told of already. Every booking leaves its business day on the account.
select p.id, a.balance_fen, a.day_debits_date
from ledger_account as a
join people_person as p on p.cash_account_id = a.id
where a.subject = 2001 and a.balance_fen > 0 and a.day_debits_date < %(before)b::date
  and not exists (select from leavers_unclaimedbalance as u where u.person_id = p.id and u.leaver_id is null and u.state = 1)
order by a.day_debits_date, p.id
limit %(limit)b::bigint
