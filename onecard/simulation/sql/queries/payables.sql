-- What the centre owes the merchants with these codes.
select m.code, a.balance_fen
from merchants_merchant as m join ledger_account as a on a.id = m.payable_account_id
where m.code = any (%s::text[])
