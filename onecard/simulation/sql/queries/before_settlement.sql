-- What an account would hold without settlement's own transfers (kind 11: merchants' fees and payments), of which truth knows nothing.
select (a.balance_fen - a.side * coalesce((
    select sum(case when t.debit_account_id = a.id then t.amount_fen else -t.amount_fen end) from ledger_transfer as t
    where t.kind = 11 and (t.debit_account_id = a.id or t.credit_account_id = a.id)), 0))::bigint
from ledger_account as a
where a.id = %s
