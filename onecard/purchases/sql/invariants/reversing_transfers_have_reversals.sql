-- P6: whatever a terminal's source books under a number below zero is a reversal with its row; a purchase that is declined as
-- reversed has its reversal too.
select t.id as transfer_id, null::bigint as purchase_id
from ledger_transfer as t
join terminals_terminal as m on m.source_id = t.source_id
left join purchases_reversal as r
  on r.terminal_id = m.id and r.batch_no = -t.source_seq / 1000000000 and r.seq = -t.source_seq % 1000000000
where (t.source_seq < 0 or t.kind = 9) and (t.source_seq > 0 or t.kind <> 9 or t.reverses_id is null or r.id is null)
union all
select null, p.id
from purchases_purchase as p
where p.outcome = 22 and not exists (
  select from purchases_reversal as r where r.terminal_id = p.terminal_id and r.batch_no = p.batch_no and r.seq = p.seq)
