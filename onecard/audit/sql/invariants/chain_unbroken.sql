-- A1: every audit event carries the hash of the one before it, and its own hash is right.
select id from (
  select e.id, e.previous_hash, e.hash, audit_hash_v1(e) as right_hash,
    coalesce(lag(e.hash) over (order by e.id), '\x') as right_previous
  from audit_event as e
) as chained
where previous_hash <> right_previous or hash <> right_hash
