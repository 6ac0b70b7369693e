-- P3: every answered record's number is in its terminal's sequence watch.
select p.id as purchase_id
from purchases_purchase as p
left join terminals_terminalbatch as b on b.terminal_id = p.terminal_id and b.batch_no = p.batch_no
where b.id is null or not b.received @> p.seq
