-- For each of some versions of the list: how many changes came after it, and since when the first that still holds does.
select v.version, greatest(l.version - v.version, 0), (
  select a.changed_at from allowances_allowance as a where a.version > v.version order by a.version limit 1
)
from allowances_allowancelist as l
cross join unnest(%(versions)s::bigint[]) as v (version)
