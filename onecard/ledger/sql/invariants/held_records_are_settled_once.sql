-- L6: a settled held record says who settled it, when and how; a correction's transfers belong to one that was settled so, and the
-- other way round: once for the same content, however often it was held (DESIGN §4.5).
with correction as (
  select x.source_seq as held_id, bool_and(x.kind = 10) as are_corrections
  from ledger_transfer as x
  join ledger_source as s on s.id = x.source_id
  where s.kind = 'job' and s.name = 'held records'
  group by x.source_seq
)
select h.id as held_id, h.settled_as
from ledger_heldrecord as h
where (h.settled_at is null) <> (h.settled_as = '')
  or (h.settled_at is null) <> (h.settled_by = '')
  or (h.settled_as = 'corrected' and 1 <> (
    select count(*) from correction as c join ledger_heldrecord as o on o.id = c.held_id
    where o.source_id is not distinct from h.source_id and o.source_seq = h.source_seq and o.digest = h.digest))
union all
select c.held_id, h.settled_as
from correction as c
left join ledger_heldrecord as h on h.id = c.held_id
where h.settled_as is distinct from 'corrected' or not c.are_corrections
