-- The numbers of each batch, counted from 1 to the last one that arrived, that are missing and were not declared lost. Batches
-- without gaps are passed over by their index.
create or replace function terminals_missing_v1()
returns table (terminal_id bigint, batch_no integer, missing int8multirange)
language sql stable
as $$
  select b.terminal_id, b.batch_no, int8multirange(int8range(1, upper(b.received))) - b.received - coalesce((
    select range_agg(int8range(l.first_seq, l.last_seq, '[]')) from terminals_lostnumbers as l
    where l.terminal_id = b.terminal_id and l.batch_no = b.batch_no), '{}')
  from terminals_terminalbatch as b
  where not b.is_whole
$$;
