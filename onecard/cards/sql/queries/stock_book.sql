-- The stock book of a day: each pile's opening, what came in and went out, and its closing, from the movements alone.
select p.place, p.condition, p.desk,
  coalesce(sum(m.signed) filter (where m.day < %(day)s::date), 0)::bigint as opening,
  coalesce(sum(m.signed) filter (where m.day = %(day)s::date and m.signed > 0), 0)::bigint as came_in,
  coalesce(-sum(m.signed) filter (where m.day = %(day)s::date and m.signed < 0), 0)::bigint as went_out,
  coalesce(sum(m.signed) filter (where m.day <= %(day)s::date), 0)::bigint as closing
from cards_stockpile as p
join (
  select i."on" as day, i.to_pile_id as pile_id, i.count as signed from cards_stockmovement as i
  union all
  select o."on", o.from_pile_id, -o.count from cards_stockmovement as o where o.from_pile_id is not null
) as m on m.pile_id = p.id
group by p.id
order by p.place, p.condition, p.desk
