-- LV1: leavers' refunds payable in the ledger are the refunds that are payable or have failed.
select due, in_ledger
from (
  select
    coalesce((select sum(l.refund_fen) from leavers_leaver as l where l.state in (5, 7)), 0) as due,
    coalesce((select sum(a.balance_fen) from ledger_account as a where a.subject = 2201), 0) as in_ledger
) as refunds
where due <> in_ledger
