-- Where each subject stands now, on its normal side.
select subject, sum(balance_fen)::bigint as balance_fen from ledger_account group by subject order by subject
