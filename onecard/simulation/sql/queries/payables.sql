-- The payable accounts of the merchants with these codes.
select m.code, m.payable_account_id from merchants_merchant as m where m.code = any (%s::text[])
