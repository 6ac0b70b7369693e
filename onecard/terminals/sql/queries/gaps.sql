-- Missing numbers by terminal and batch, counted from 1 to the last number that arrived.
select b.terminal_id, b.batch_no, lower(gap), upper(gap) - 1
from terminals_terminalbatch as b
cross join lateral unnest(int8multirange(int8range(1, upper(b.received))) - b.received) as gap
where %s::bigint is null or b.terminal_id = %s
order by 1, 2, 3
limit %s
