-- Asks the sequence watch about a batch before it is booked: did any of its numbers arrive before, does any stand in it twice?
-- One look at each terminal's batch instead of one at each record; what was never heard of needs no search for an earlier answer.
create or replace function terminals_heard_v1(
  p_terminal bigint[], p_batch_no integer[], p_seq bigint[], out any_before boolean, out any_twice boolean)
language sql stable security definer set search_path from current
as $$
  select coalesce(bool_or(b.received && g.numbers), false),
    bool_or(g.records > (select sum(upper(r) - lower(r)) from unnest(g.numbers) as r))
  from (
    select terminal_id, batch_no, count(*) as records, range_agg(int8range(seq, seq, '[]')) as numbers
    from unnest(p_terminal, p_batch_no, p_seq) as i (terminal_id, batch_no, seq)
    group by terminal_id, batch_no
  ) as g
  left join terminals_terminalbatch as b on b.terminal_id = g.terminal_id and b.batch_no = g.batch_no
$$;

revoke all on function terminals_heard_v1 from public;
