-- A proposal's content stays; of its columns the application writes the decision's alone (DESIGN §6).
revoke update, delete, truncate on access_proposal from onecard_app;
grant update (state, decided_by_id, decided_at, note, outcome) on access_proposal to onecard_app;
