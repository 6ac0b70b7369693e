-- L6: a settled held record says who settled it, when and how; a correction's transfers belong to one that was settled so, and the
-- other way round; what was written off moved no money (DESIGN §4.5).
select h.id as held_id, t.source_seq, h.settled_as, t.transfers
from ledger_heldrecord as h
full join (
  select x.source_seq, count(*) as transfers, bool_and(x.kind = 10) as are_corrections
  from ledger_transfer as x
  join ledger_source as s on s.id = x.source_id
  where s.kind = 'job' and s.name = 'held records'
  group by x.source_seq
) as t on t.source_seq = h.id
where (h.settled_at is null) <> (coalesce(h.settled_as, '') = '')
  or (h.settled_at is null) <> (coalesce(h.settled_by, '') = '')
  or h.id is null
  or (h.settled_as = 'corrected') <> (t.source_seq is not null)
  or not coalesce(t.are_corrections, true)
