-- The sum over all accounts, each with its side (DESIGN §4.2).
select sum(side * balance_fen)::bigint as off_by_fen
from ledger_account
having sum(side * balance_fen) <> 0
limit %(limit)s
