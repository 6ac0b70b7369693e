-- Missing numbers by terminal and batch.
select m.terminal_id, m.batch_no, lower(gap), upper(gap) - 1
from terminals_missing_v1() as m
cross join lateral unnest(m.missing) as gap
where %s::bigint is null or m.terminal_id = %s
order by 1, 2, 3
limit %s
