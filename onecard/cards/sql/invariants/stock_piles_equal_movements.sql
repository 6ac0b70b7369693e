-- K1: every pile of the stock book holds what came in less what went out.
select p.id, p.place, p.condition, p.desk, p.count, coalesce(m.total, 0) as moved
from cards_stockpile as p
left join (
  select pile_id, sum(signed) as total
  from (
    select i.to_pile_id as pile_id, i.count as signed from cards_stockmovement as i
    union all
    select o.from_pile_id, -o.count from cards_stockmovement as o where o.from_pile_id is not null
  ) as s
  group by pile_id
) as m on m.pile_id = p.id
where p.count <> coalesce(m.total, 0)
