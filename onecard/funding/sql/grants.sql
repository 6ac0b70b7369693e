-- What came in a bank's file stays as it came; what was found about it, and what was done, is written beside it.
revoke delete, truncate on funding_bankfile, funding_bankline from onecard_app;
revoke update on funding_bankfile, funding_bankline from onecard_app;
grant update (state, decided_by, decided_at) on funding_bankfile to onecard_app;
grant update (person_id, booked_fen, finding, state, held_id) on funding_bankline to onecard_app;
-- Whom a subsidy is for and how much it is can only be found anew while it is listed (trigger); batches and grants are kept.
revoke delete, truncate on funding_subsidybatch, funding_subsidygrant from onecard_app;
revoke update on funding_subsidybatch, funding_subsidygrant from onecard_app;
grant update (people, total_fen, digest, state, granted_by, granted_at, ended_at) on funding_subsidybatch to onecard_app;
grant update (person_id, problem, state, granted_at, taken_back_fen, ended_at) on funding_subsidygrant to onecard_app;
