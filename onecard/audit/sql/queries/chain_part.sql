-- The next part of the chain, at most so many events: where it ends, how many there were, and the first whose place is wrong.
select max(id), count(*), min(id) filter (where previous_hash <> right_previous or hash <> right_hash)
from (
  select e.id, e.previous_hash, e.hash, audit_hash_v1(e) as right_hash,
    coalesce(lag(e.hash) over (order by e.id), (select b.hash from audit_event as b where b.id = %(after)s), '\x') as right_previous
  from (select * from audit_event where id > %(after)s and id <= %(upto)s order by id limit %(most)s) as part
  join audit_event as e on e.id = part.id
) as chained
