-- What the accounts of each subject hold together now.
select subject, sum(balance_fen)::bigint as closing_fen from ledger_account group by subject order by subject
