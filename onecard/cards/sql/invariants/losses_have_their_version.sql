-- B3: a reported card's loss version is a blacklist version that listed this card.
select c.card_no, c.state, c.loss_version
from cards_card as c
where (c.loss_version is not null or c.state = 3)
  and not exists (
    select from cards_blacklistchange as b where b.version = c.loss_version and b.card_id = c.id and b.is_listed
  )
