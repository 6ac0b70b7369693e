-- P2: every purchase transfer belongs to a purchase of that terminal and number, on the same business day.
select t.id as transfer_id
from ledger_transfer as t
join terminals_terminal as m on m.source_id = t.source_id
left join purchases_purchase as p
  on p.terminal_id = m.id and p.batch_no = t.source_seq / 1000000000 and p.seq = t.source_seq % 1000000000
where t.kind = 1 and (p.id is null or p.business_date <> t.business_date)
