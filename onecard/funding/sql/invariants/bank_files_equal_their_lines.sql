-- FB1: a bank file's number and sum are those of its lines, and a booked file has no line that is due.
select f.id as file_id, f.lines_total, f.total_fen, count(l.line) as lines, coalesce(sum(l.amount_fen), 0) as sum_fen
from funding_bankfile as f
left join funding_bankline as l on l.file_id = f.id
group by f.id
having f.lines_total <> count(l.line)
  or f.total_fen <> coalesce(sum(l.amount_fen), 0)
  or (f.state = 'booked' and bool_or(l.state = 'due'))
