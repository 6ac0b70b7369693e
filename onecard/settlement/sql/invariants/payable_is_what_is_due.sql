-- ST5: what stands on a merchant's account is what its last statement carries on, what its statements have due and was not paid, fees
-- that are not booked yet, and what moved since.
select m.code, a.balance_fen, l.closing_fen + due.fen + fee.fen + since.fen as found_fen
from settlement_statement as l
join merchants_merchant as m on m.id = l.merchant_id
join ledger_account as a on a.id = m.payable_account_id
cross join lateral (
  select coalesce(sum(s.due_fen), 0) as fen from settlement_statement as s where s.merchant_id = m.id and s.state <> 6
) as due
cross join lateral (
  select coalesce(sum(s.fee_fen), 0) as fen from settlement_statement as s where s.merchant_id = m.id and s.state < 4
) as fee
cross join lateral (
  select coalesce(sum(x.fen), 0) as fen from (
    select amount_fen as fen from ledger_transfer where credit_account_id = a.id and id > l.last_id and kind <> 11
    union all
    select -amount_fen from ledger_transfer where debit_account_id = a.id and id > l.last_id and kind <> 11
  ) as x
) as since
where not exists (select from settlement_statement as n where n.previous_id = l.id)
  and a.balance_fen <> l.closing_fen + due.fen + fee.fen + since.fen
