-- Nobody is taken off a list.
revoke delete, truncate on leavers_leaverbatch, leavers_leaver, leavers_unclaimedlist, leavers_unclaimedbalance from onecard_app;
