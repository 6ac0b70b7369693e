-- How many numbers are missing, and at how many places.
select coalesce(sum(upper(gap) - lower(gap)), 0)::bigint, count(*)
from terminals_terminalbatch as b
cross join lateral unnest(int8multirange(int8range(1, upper(b.received))) - b.received) as gap
