-- ST2: a statement's sales, reversals and corrections are the transfers of the merchant's account in its range, less settlement's own.
select s.id as statement_id, s.sales_fen, s.reversals_fen, s.corrections_fen, t.sales_fen as found_sales_fen,
  t.reversals_fen as found_reversals_fen, t.corrections_fen as found_corrections_fen
from settlement_statement as s
join merchants_merchant as m on m.id = s.merchant_id
cross join lateral (
  select coalesce(sum(x.fen) filter (where x.kind = 1), 0) as sales_fen, coalesce(sum(x.fen) filter (where x.kind = 9), 0) as reversals_fen,
    coalesce(sum(x.fen) filter (where x.kind not in (1, 9)), 0) as corrections_fen
  from (
    select kind, amount_fen as fen from ledger_transfer
    where credit_account_id = m.payable_account_id and id > s.after_id and id <= s.last_id and kind <> 11
    union all
    select kind, -amount_fen from ledger_transfer
    where debit_account_id = m.payable_account_id and id > s.after_id and id <= s.last_id and kind <> 11
  ) as x
) as t
where (s.sales_fen, s.reversals_fen, s.corrections_fen) <> (t.sales_fen, t.reversals_fen, t.corrections_fen)
