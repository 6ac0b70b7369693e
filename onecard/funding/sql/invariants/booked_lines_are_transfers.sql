-- FB2: a line that was booked from a bank file is one transfer of the bank's source under its reference number, of its amount, and of
-- no other file.
select l.id as line_id, l.reference, l.amount_fen, t.amount_fen as booked_fen
from funding_bankline as l
join funding_bankfile as f on f.id = l.file_id
left join ledger_transfer as t on t.source_id = f.source_id and t.source_seq = l.reference and t.leg = 1 and t.kind = 2
where l.state = 'booked' and t.amount_fen is distinct from l.amount_fen
union all
select min(l.id), l.reference, null, null
from funding_bankline as l
join funding_bankfile as f on f.id = l.file_id
where l.state = 'booked'
group by f.source_id, l.reference
having count(*) > 1
