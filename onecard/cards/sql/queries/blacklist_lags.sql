-- For each of some versions of the blacklist, in ascending order: how many changes came after it, how many of the cards listed now
-- it doesn't name, and when the first of the changes came. Walks the newest changes once, at most `limit`; what is older isn't seen.
with walked as materialized (
  select b.version, b.card_no, b.is_listed, b.changed_at
  from cards_blacklistchange as b
  where b.version > (%(versions)s::bigint[])[1]
  order by b.version desc limit %(limit)s::bigint
), change as (
  select w.version, w.card_no, w.is_listed, w.changed_at,
    lag(w.is_listed) over by_version as was_listed, first_value(w.is_listed) over by_version_down as is_listed_now
  from walked as w
  window by_version as (partition by w.card_no order by w.version), by_version_down as (partition by w.card_no order by w.version desc)
), counted as (
  -- A card that is listed now turned one time more than back since any version that doesn't name it, else as often: turns sum up.
  select width_bucket(c.version - 1, %(versions)s::bigint[]) as place, count(*) as changes, min(c.changed_at) as since,
    coalesce(sum(c.is_listed::integer - coalesce(c.was_listed, before.is_listed, false)::integer)
      filter (where c.is_listed_now), 0) as turned
  from change as c
  left join lateral (
    select b.is_listed from cards_blacklistchange as b
    where b.card_no = c.card_no and b.version < c.version order by b.version desc limit 1
  ) as before on c.was_listed is null
  group by place
)
select v.version, coalesce(sum(n.changes) over later, 0)::bigint, coalesce(sum(n.turned) over later, 0)::bigint, min(n.since) over later
from unnest(%(versions)s::bigint[]) with ordinality as v (version, place)
left join counted as n on n.place = v.place
window later as (order by v.place desc)
order by v.version
