-- B1: the last change of a card on the blacklist agrees with its state; a lost, frozen or cancelled card has one.
select c.card_no, c.state, l.version, l.is_listed, l.reason
from cards_card as c
full join (
  select distinct on (b.card_no) b.card_no, b.card_id, b.version, b.is_listed, b.reason
  from cards_blacklistchange as b order by b.card_no, b.version desc
) as l on l.card_no = c.card_no and l.card_id = c.id
where c.id is null
  or (c.state in (3, 4, 5)) <> coalesce(l.is_listed, false)
  or (l.is_listed and l.reason <> c.state)
