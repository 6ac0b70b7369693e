-- Nobody is taken off a list or out of a file.
revoke delete, truncate on leavers_leaverbatch, leavers_leaver, leavers_refundfile, leavers_unclaimedlist, leavers_unclaimedbalance from onecard_app;
