-- A statement and its lines stay as they were built; only how far it is, and by whom, is written. Payments and requests are decided.
revoke update, delete, truncate on settlement_line, settlement_paymentfile from onecard_app;
revoke update, delete, truncate on settlement_statement, settlement_payment, settlement_correctionrequest from onecard_app;
grant update (state, checked_by, checked_at, confirmed_by, confirmed_at, confirmation, approved_by, approved_at)
  on settlement_statement to onecard_app;
grant update (state, was_paid, decided_by, decided_at, bank_says) on settlement_payment to onecard_app;
grant update (state, decided_by, decided_at, answer) on settlement_correctionrequest to onecard_app;
