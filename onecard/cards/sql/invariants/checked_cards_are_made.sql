-- K5: every checked card of a job is a card of that person, and no card bears a number that a job has spoiled or not finished.
select j.card_no, j.state, c.id as card_id
from cards_jobcard as j
left join cards_card as c on c.card_no = j.card_no
where (j.state = 5) <> (c.id is not null) or (c.id is not null and c.person_id <> j.person_id)
