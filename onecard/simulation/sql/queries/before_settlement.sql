-- What the accounts of these subjects would hold, by subject and merchant, without settlement's own transfers (kind 11:
-- merchants' fees and payments), of which truth knows nothing.
with settled as (
    select side.account_id, sum(side.debit_fen) as debit_fen
    from ledger_transfer as t
    cross join lateral (values (t.debit_account_id, t.amount_fen), (t.credit_account_id, -t.amount_fen)) as side (account_id, debit_fen)
    where t.kind = 11
    group by side.account_id
)
select a.subject, coalesce(m.code, ''), sum(a.balance_fen - a.side * coalesce(s.debit_fen, 0))::bigint
from ledger_account as a
left join merchants_merchant as m on m.payable_account_id = a.id
left join settled as s on s.account_id = a.id
where a.subject = any (%s::integer[])
group by a.subject, m.code
