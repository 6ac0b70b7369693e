-- L3: every transfer's accounts, source, business day and reversed transfer exist (the table has no foreign keys, for speed).
select t.id as transfer_id
from ledger_transfer as t
left join ledger_account as d on d.id = t.debit_account_id
left join ledger_account as c on c.id = t.credit_account_id
left join ledger_source as s on s.id = t.source_id
left join ledger_businessday as b on b.date = t.business_date
where d.id is null or c.id is null or s.id is null or b.date is null
  or (t.reverses_id is not null and not exists (select from ledger_transfer r where r.id = t.reverses_id))
