-- The one place where money moves: transfers and the balances they move, in one call. Internal: the caller holds the shared day
-- lock, has settled repeats and conflicts, and has locked the purses that it decided by.
-- Rows go in ordered by number, then accounts are moved in id order, so two batches can wait for each other but never in a ring.
create or replace function ledger_book_v1(
  p_business_date date, p_source bigint[], p_seq bigint[], p_leg smallint[], p_kind smallint[],
  p_debit bigint[], p_credit bigint[], p_amount_fen bigint[], p_occurred_at timestamptz[], p_received_at timestamptz,
  p_reverses bigint[] default null
) returns bigint
language plpgsql volatile security definer set search_path from current
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan
as $$
declare
  v_moved bigint;
  v_deltas bigint;
  v_now timestamptz := clock_timestamp();
begin
  if not exists (select from ledger_businessday where date = p_business_date and state = 'open') then
    raise exception 'business day % is not open', p_business_date using errcode = 'OC003';
  end if;
  insert into ledger_transfer (
    source_id, source_seq, leg, kind, debit_account_id, credit_account_id, amount_fen,
    occurred_at, received_at, booked_at, business_date, reverses_id)
  select t.source_id, t.source_seq, t.leg, t.kind, t.debit_id, t.credit_id, t.amount_fen,
    t.occurred_at, p_received_at, v_now, p_business_date, t.reverses_id
  from unnest(p_source, p_seq, p_leg, p_kind, p_debit, p_credit, p_amount_fen, p_occurred_at, p_reverses)
    as t (source_id, source_seq, leg, kind, debit_id, credit_id, amount_fen, occurred_at, reverses_id)
  order by t.source_id, t.source_seq, t.leg;

  -- The sorted CTE drives a nested loop (nothing else is allowed above), so rows are locked in id order as they are updated.
  with moved as materialized (
    select account_id, sum(debit_fen) as debit_fen, sum(spent_fen) as spent_fen
    from (
      select t.debit_id, t.amount_fen, case when t.kind in (1, 15) then t.amount_fen else 0 end
      from unnest(p_debit, p_amount_fen, p_kind) as t (debit_id, amount_fen, kind)
      union all
      select t.credit_id, -t.amount_fen, 0 from unnest(p_credit, p_amount_fen) as t (credit_id, amount_fen)
    ) as side (account_id, debit_fen, spent_fen)
    group by account_id
    order by account_id
  ), updated as (
    update ledger_account as a
    set balance_fen = a.balance_fen + a.side * m.debit_fen,
        day_debits_fen = m.spent_fen + case when a.day_debits_date = p_business_date then a.day_debits_fen else 0 end,
        day_debits_date = p_business_date
    from moved as m
    where a.id = m.account_id
    returning 1
  )
  select (select count(*) from updated), (select count(*) from moved) into v_moved, v_deltas;

  if v_moved <> v_deltas then
    raise exception 'transfers name % accounts, % exist', v_deltas, v_moved using errcode = 'OC002';
  end if;
  return v_moved;
end
$$;

revoke all on function ledger_book_v1 from public;
