-- What entered and what left card holders' purses on the open day, by kind of transfer. Summed by account first, so that accounts are
-- looked up once each and not once a transfer, whatever the planner knows of a day that has just grown.
with moved as materialized (
  select kind, credit_account_id as account_id, sum(amount_fen) as entered_fen, 0 as left_fen
  from ledger_transfer where id between %(first_id)s and %(last_id)s
  group by kind, credit_account_id
  union all
  select kind, debit_account_id, 0, sum(amount_fen)
  from ledger_transfer where id between %(first_id)s and %(last_id)s
  group by kind, debit_account_id
)
select m.kind,
  coalesce(sum(m.entered_fen) filter (where a.subject between 2001 and 2003), 0)::bigint as entered_fen,
  coalesce(sum(m.left_fen) filter (where a.subject between 2001 and 2003), 0)::bigint as left_fen
from moved as m
join ledger_account as a on a.id = m.account_id
group by m.kind
order by m.kind
