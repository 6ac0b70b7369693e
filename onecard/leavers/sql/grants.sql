-- Leavers are never taken off their list.
revoke delete, truncate on leavers_leaverbatch, leavers_leaver from onecard_app;
