-- P7: a held record that was booked under its own number has a purchase there behind which money moved, and a number that keeps a
-- written-off record has such a held record (DESIGN §4.5).
select h.id as held_id, p.id as purchase_id
from ledger_heldrecord as h
join terminals_terminal as m on m.source_id = h.source_id
left join purchases_purchase as p
  on p.terminal_id = m.id and p.batch_no = h.source_seq / 1000000000 and p.seq = h.source_seq % 1000000000
where h.settled_as = 'booked' and (p.id is null or p.outcome not in (10, 30, 31))
union all
select null, p.id
from purchases_purchase as p
join terminals_terminal as m on m.id = p.terminal_id
where p.outcome = 36 and not exists (
  select from ledger_heldrecord as h
  where h.source_id = m.source_id and h.source_seq = p.batch_no * 1000000000::bigint + p.seq and h.settled_as = 'written_off')
