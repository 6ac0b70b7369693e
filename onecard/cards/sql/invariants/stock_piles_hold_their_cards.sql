-- K3: a pile of numbered cards holds as many as point to it, and a card's medium agrees with its pile (scrapped blanks have none).
select p.id, p.place, p.condition, p.desk, p.count, count(c.id) as cards
from cards_stockpile as p
left join cards_card as c on c.pile_id = p.id
group by p.id
having (p.condition <> 'blank' and count(c.id) <> p.count)
  or (p.condition = 'blank' and count(c.id) > 0)
  or coalesce(bool_or(c.medium <> case p.place when 'issued' then 2 when 'scrapped' then 4
    else case p.condition when 'returned' then 3 else 1 end end), false)
