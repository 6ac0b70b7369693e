-- What entered and what left card holders' purses on the open day, by kind of transfer.
select t.kind,
  coalesce(sum(t.amount_fen) filter (where c.subject between 2001 and 2003), 0)::bigint as entered_fen,
  coalesce(sum(t.amount_fen) filter (where d.subject between 2001 and 2003), 0)::bigint as left_fen
from ledger_transfer as t
join ledger_account as c on c.id = t.credit_account_id
join ledger_account as d on d.id = t.debit_account_id
where t.id between %(first_id)s and %(last_id)s
group by t.kind
order by t.kind
