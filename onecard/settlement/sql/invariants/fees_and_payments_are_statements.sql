-- ST4: whatever settlement books is the fee of an approved statement, a payment that finance recorded, or what the bank sent back of a
-- failed one; and each of those is in the ledger, with that amount.
with wanted as (
  select 'merchants'' fees' as source, s.id as seq, s.fee_fen, m.payable_account_id
  from settlement_statement as s join merchants_merchant as m on m.id = s.merchant_id
  where s.state >= 4 and s.fee_fen <> 0
  union all
  select 'merchants'' payments', p.id, p.amount_fen, m.payable_account_id
  from settlement_payment as p
  join settlement_statement as s on s.id = p.statement_id join merchants_merchant as m on m.id = s.merchant_id
  where p.state = 2 or p.was_paid
  union all
  select 'merchants'' payments', -p.id, -p.amount_fen, m.payable_account_id
  from settlement_payment as p
  join settlement_statement as s on s.id = p.statement_id join merchants_merchant as m on m.id = s.merchant_id
  where p.state = 3 and p.was_paid
), found as (
  select o.name as source, t.source_seq as seq,
    case when d.subject = 2101 then t.amount_fen else -t.amount_fen end as fen,
    case when d.subject = 2101 then d.id else t.credit_account_id end as payable_account_id
  from ledger_source as o
  join ledger_transfer as t on t.source_id = o.id
  join ledger_account as d on d.id = t.debit_account_id
  where o.kind = 'job' and o.name in ('merchants'' fees', 'merchants'' payments')
)
select w.source, w.seq, w.fee_fen as wanted_fen, f.fen as found_fen
from wanted as w
full join found as f on (f.source, f.seq) = (w.source, w.seq)
where (w.fee_fen, w.payable_account_id) is distinct from (f.fen, f.payable_account_id)
