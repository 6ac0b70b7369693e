-- K4: in a batch to hand out, each card is handed out by a desk or not, never scrapped and handed out, none waits when it is closed.
select h.id as hand_out_id, c.card_no, i.desk, i.handed_out_at, c.medium
from cards_handoutcard as i
join cards_handout as h on h.id = i.hand_out_id
join cards_card as c on c.id = i.card_id
where (i.handed_out_at is null and c.medium = 2)
  or (i.handed_out_at is not null and c.medium = 1)
  or (h.closed_at is not null and c.medium = 1)
