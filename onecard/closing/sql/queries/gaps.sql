-- Missing numbers by terminal and batch, counted from 1 to the last number that arrived.
select t.code as terminal, b.batch_no, lower(gap) as first_seq, upper(gap) - 1 as last_seq
from terminals_terminalbatch as b
join terminals_terminal as t on t.id = b.terminal_id
cross join lateral unnest(int8multirange(int8range(1, upper(b.received))) - b.received) as gap
order by t.code, b.batch_no, lower(gap)
limit %(limit)s
