-- The sequence watch: remembers which numbers of which batch arrived. Rows are taken in (terminal, batch) order.
create or replace function terminals_mark_received_v1(
  p_terminal bigint[], p_batch_no integer[], p_seq bigint[], p_received_at timestamptz) returns void
language sql volatile security definer set search_path from current
as $$
  insert into terminals_terminalbatch as b (terminal_id, batch_no, received, first_received_at, last_received_at)
  select terminal_id, batch_no, range_agg(int8range(seq, seq, '[]')), p_received_at, p_received_at
  from unnest(p_terminal, p_batch_no, p_seq) as r (terminal_id, batch_no, seq)
  group by terminal_id, batch_no
  order by terminal_id, batch_no
  on conflict (terminal_id, batch_no) do update
  set received = b.received + excluded.received, last_received_at = excluded.last_received_at
  where not b.received @> excluded.received
$$;
