-- C4: a slip is one transfer of its till's source under its number, of its amount, on its day; and every till's numbers have no holes.
select s.id as slip_id, s.number, s.amount_fen, t.id as transfer_id
from counter_slip as s
join counter_till as m on m.id = s.till_id
left join ledger_transfer as t on t.source_id = m.source_id and t.source_seq = s.number
where t.id is null or t.amount_fen <> s.amount_fen or t.business_date <> s.business_date
union all
select null, max(s.number), count(*), s.till_id from counter_slip as s group by s.till_id having max(s.number) <> count(*)
