-- LV3: unclaimed balances in the ledger are those that were booked and not claimed since.
select kept, in_ledger
from (
  select
    coalesce((select sum(u.amount_fen) from leavers_unclaimedbalance as u where u.state = 3), 0) as kept,
    coalesce((select sum(a.balance_fen) from ledger_account as a where a.subject = 2401), 0) as in_ledger
) as unclaimed
where kept <> in_ledger
