-- How many numbers are missing, and at how many places.
select coalesce(sum(upper(gap) - lower(gap)), 0)::bigint, count(*)
from terminals_missing_v1() as m
cross join lateral unnest(m.missing) as gap
