-- What is in force on a day, for the policies of these names that the campus has adopted.
select p.name, coalesce(v.value, p.initial)::text
from policies_adoptedpolicy as p
left join lateral (
  select x.value from policies_policyvalue as x
  where x.policy_id = p.name and x.withdrawn_on is null and x.effective_from <= %(day)b::date
  order by x.effective_from desc, x.id desc limit 1
) as v on true
where p.name = any (%(names)t::text[])
