-- Terms and accounts that once held are never changed or taken away; only their ends are written.
revoke update, delete, truncate on merchants_rate from onecard_app;
revoke update, delete, truncate on merchants_contract, merchants_bankaccount, merchants_merchantstaff from onecard_app;
grant update (ends_on) on merchants_contract to onecard_app;
grant update (adopted_at, replaced_at) on merchants_bankaccount to onecard_app;
grant update (until) on merchants_merchantstaff to onecard_app;
