-- The application reads the ledger and calls its functions; it writes no money table itself (DESIGN §4.3).
revoke insert, update, delete, truncate on ledger_account, ledger_transfer, ledger_daybalance, ledger_businessday from onecard_app;
revoke update, delete on ledger_source from onecard_app;
-- What is held stays as it came; only its settlement is written.
revoke insert, update, delete, truncate on ledger_heldrecord from onecard_app;
grant update (settled_at, settled_by, settled_as, settlement) on ledger_heldrecord to onecard_app;
