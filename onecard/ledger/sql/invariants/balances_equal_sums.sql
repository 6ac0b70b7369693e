-- L2: every account's balance equals the sum of its transfers (DESIGN §4.6).
select a.id as account_id, a.balance_fen, a.side * (coalesce(d.fen, 0) - coalesce(c.fen, 0)) as sum_fen
from ledger_account as a
left join (select debit_account_id as id, sum(amount_fen) as fen from ledger_transfer group by 1) as d on d.id = a.id
left join (select credit_account_id as id, sum(amount_fen) as fen from ledger_transfer group by 1) as c on c.id = a.id
where a.balance_fen <> a.side * (coalesce(d.fen, 0) - coalesce(c.fen, 0))
