-- The income units (收入单位) by the account on which the centre owes them. A unit is a merchant as long as nothing groups them.
select payable_account_id, code, name from merchants_merchant
