-- Allowances come through allowances_take_v1 only.
revoke insert, update, delete, truncate on allowances_allowance, allowances_allowancelist from onecard_app;
