-- P2: every transfer of a purchase and every surcharge belongs to a purchase of that terminal and number, on the same business day;
-- the purchase's are owed to that purchase's merchant.
select t.id as transfer_id
from ledger_transfer as t
left join terminals_terminal as m on m.source_id = t.source_id
left join purchases_purchase as p
  on p.terminal_id = m.id and p.batch_no = t.source_seq / 1000000000 and p.seq = t.source_seq % 1000000000
left join merchants_merchant as r on r.id = p.merchant_id
where t.kind in (1, 15)
  and (p.id is null or p.business_date <> t.business_date or (t.kind = 1) <> (t.leg < 4)
    or (t.kind = 1 and r.payable_account_id is distinct from t.credit_account_id))
