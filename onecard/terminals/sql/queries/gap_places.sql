-- Places of missing numbers over all terminals with what is known of each: its batch, when the record after it was booked (so the
-- gap is seen since then at the latest), and the newest word about any of its numbers. Narrowed by terminal, merchant and answer.
select t.code, t.merchant_id, m.name, b.id, p.terminal_id, p.batch_no, lower(gap), upper(gap) - 1,
  coalesce(later.received_at, b.last_received_at), asked.asked_by, asked.asked_at, asked.not_found_at
from terminals_missing_v1() as p
cross join lateral unnest(p.missing) as gap
join terminals_terminal as t on t.id = p.terminal_id
join merchants_merchant as m on m.id = t.merchant_id
join terminals_terminalbatch as b on b.terminal_id = p.terminal_id and b.batch_no = p.batch_no
left join lateral (
  select x.received_at from ledger_transfer as x
  where x.source_id = t.source_id and x.source_seq >= p.batch_no * 1000000000::bigint + upper(gap)
    and x.source_seq < (p.batch_no + 1::bigint) * 1000000000
  order by x.source_seq limit 1
) as later on true
left join lateral (
  select r.asked_by, r.asked_at, r.not_found_at from terminals_recollection as r
  where r.terminal_id = p.terminal_id and r.batch_no = p.batch_no and r.first_seq < upper(gap) and r.last_seq >= lower(gap)
  order by coalesce(r.not_found_at, r.asked_at) desc limit 1
) as asked on true
where (%(merchant)s::bigint is null or t.merchant_id = %(merchant)s)
  and strpos(lower(t.code || ' ' || t.name), lower(%(q)s)) > 0
  and (%(not_found)s::boolean is null or (asked.not_found_at is not null) = %(not_found)s)
order by t.code, p.batch_no, lower(gap)
limit %(limit)s::bigint
