-- Held records that wait for a person, oldest first.
select h.id, coalesce(s.name, '') as source, h.source_seq, h.reason, h.owner_post, h.received_at
from ledger_heldrecord as h
left join ledger_source as s on s.id = h.source_id
where h.settled_at is null
order by h.received_at, h.id
limit %(limit)s
