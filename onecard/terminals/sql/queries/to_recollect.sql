-- What a terminal is asked for: its missing numbers, less those that it said it doesn't have.
select m.batch_no, lower(gap), upper(gap) - 1
from terminals_missing_v1() as m
cross join lateral unnest(m.missing - coalesce((
  select range_agg(int8range(r.first_seq, r.last_seq, '[]')) from terminals_recollection as r
  where r.terminal_id = m.terminal_id and r.batch_no = m.batch_no and r.not_found_at is not null), '{}')) as gap
where m.terminal_id = %s
order by 1, 2
limit %s
