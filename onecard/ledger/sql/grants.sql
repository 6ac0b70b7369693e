-- The application reads the ledger and calls its functions; it writes no money table itself (DESIGN §4.3).
revoke insert, update, delete, truncate on ledger_account, ledger_transfer, ledger_daybalance, ledger_businessday from onecard_app;
revoke update, delete on ledger_source from onecard_app;
revoke delete on ledger_heldrecord from onecard_app;
