-- LV2: who was cancelled with a batch has no card that was issued before it and is not cancelled.
select l.id as leaver_id, c.card_no, c.state
from leavers_leaver as l
join leavers_leaverbatch as b on b.id = l.batch_id
join cards_card as c on c.person_id = l.person_id and c.issued_at < b.cancelled_at
where l.state >= 3 and c.state <> 5 and c.medium <> 1
