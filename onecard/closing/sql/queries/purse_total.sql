-- What all card holders' purses hold now.
select coalesce(sum(balance_fen), 0)::bigint as total_fen from ledger_account where subject between 2001 and 2003
