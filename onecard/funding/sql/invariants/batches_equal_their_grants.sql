-- FS1: a batch of subsidies counts the people who get something, and their sum; in a granted batch nobody is merely listed.
select b.id as batch_id, b.people, b.total_fen, count(g.id) as grants, coalesce(sum(g.amount_fen), 0) as sum_fen
from funding_subsidybatch as b
left join funding_subsidygrant as g on g.batch_id = b.id and g.problem = ''
group by b.id
having b.people <> count(g.id)
  or b.total_fen <> coalesce(sum(g.amount_fen), 0)
  or (b.state in ('granted', 'ended') and bool_or(g.state = 'listed'))
  or (b.state = 'ended' and bool_or(g.state = 'unclaimed'))
