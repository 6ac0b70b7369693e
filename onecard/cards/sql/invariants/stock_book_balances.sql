-- K2: what came into the stock book is at a centre, at a desk, on the way, with holders or scrapped.
select received, there
from (
  select
    coalesce((select sum(m.count) from cards_stockmovement as m where m.from_pile_id is null), 0) as received,
    coalesce((select sum(p.count) from cards_stockpile as p), 0) as there
) as book
where received <> there
