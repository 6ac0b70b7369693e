-- The sequence watch is written by the booking functions alone: a number that arrived stays arrived (DESIGN §5).
revoke insert, update, delete, truncate on terminals_terminalbatch from onecard_app;
-- Whose a terminal was stays so: late records follow it.
revoke update, delete, truncate on terminals_pastassignment from onecard_app;
