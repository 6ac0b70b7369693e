-- The software-use register (R22.2): each log-in with the log-out that ended it, unless the next log-in from there came first,
-- and how much was done in between. A log-in without a log-out goes on, or was never ended.
select i.actor_name as operator, i.subject as workstation, i.at as since, o.at as until, coalesce(o.outcome, '') as ended,
  (
    select count(*) from audit_event as d
    where d.actor_id = i.actor_id and d.id > i.id and d.id < coalesce(o.id, i.next_id, %(end)s + 1)
      and d.action not in ('access.log_in', 'access.log_out')
  ) as deeds
from (
  select *, lead(id) over (partition by actor_id, subject order by id) as next_id
  from audit_event
  where action = 'access.log_in' and outcome = 'DONE' and id between %(first)s and %(end)s
) as i
left join lateral (
  select id, at, outcome from audit_event as e
  where e.actor_id = i.actor_id and e.action = 'access.log_out' and e.subject = i.subject
    and e.id > i.id and e.id < coalesce(i.next_id, %(end)s + 1)
  order by e.id
  limit 1
) as o on true
where i.id <= %(last)s
order by i.id
limit %(most)s
