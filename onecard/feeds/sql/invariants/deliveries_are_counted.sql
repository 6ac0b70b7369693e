-- F1: a feed's newest delivery counts what the consumer should hold by then.
select d.consumer_id, d.number, d.total, count(e.id) as told
from feeds_consumer as c
join feeds_delivery as d on d.consumer_id = c.id and d.number = c.delivered_no
left join feeds_entry as e on e.consumer_id = c.id and e.content is not null
group by d.consumer_id, d.number, d.total
having d.total <> count(e.id)
