-- Missing numbers by terminal and batch.
select t.code as terminal, m.batch_no, lower(gap) as first_seq, upper(gap) - 1 as last_seq
from terminals_missing_v1() as m
join terminals_terminal as t on t.id = m.terminal_id
cross join lateral unnest(m.missing) as gap
order by t.code, m.batch_no, lower(gap)
limit %(limit)s
