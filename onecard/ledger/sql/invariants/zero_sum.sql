-- L1: the sum over all accounts is zero (DESIGN §4.2). Balances stand on the normal side, so each is taken with its side.
select sum(side * balance_fen) as off_by_fen from ledger_account having sum(side * balance_fen) <> 0
