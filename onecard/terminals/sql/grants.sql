-- The sequence watch is written by the booking functions alone: a number that arrived stays arrived (DESIGN §5).
revoke insert, update, delete, truncate on terminals_terminalbatch from onecard_app;
