-- Who did what: each operator's actions of each day on campus, how often, and how often they were refused.
select split_part(actor_name, ' (approved by ', 1) as operator, (at at time zone %(zone)s)::date as day, action,
  count(*) as times, count(*) filter (where outcome like 'REFUSED%%' or outcome like 'NOT\_%%') as refused
from audit_event
where id between %(first)s and %(last)s and actor_id is not null
group by 1, 2, 3
order by 1, 2, 3
limit %(most)s
