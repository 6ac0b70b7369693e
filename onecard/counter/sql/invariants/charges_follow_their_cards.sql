-- C6: a card's fee or deposit stands once, a deposit is paid back only while it stands, and only of a card that was returned.
select s.card_id, s.kind, count(*) as standing
from counter_slip as s
where s.card_id is not null and not exists (select from counter_slip as r where r.reverses_id = s.id)
group by s.card_id, s.kind
having count(*) > 1
union all
select s.card_id, s.kind, 0
from counter_slip as s
join cards_card as c on c.id = s.card_id
where s.kind = 'deposit_back' and not exists (select from counter_slip as r where r.reverses_id = s.id)
  and (c.deposit_returned_at is null or not exists (
    select from counter_slip as d
    where d.card_id = s.card_id and d.kind = 'card_deposit' and not exists (select from counter_slip as r where r.reverses_id = d.id)))
