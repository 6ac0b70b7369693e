-- Opens the first business day; later ones are opened by the close of the day before. Returns false when there is one already.
create or replace function ledger_open_first_day_v1(p_date date) returns boolean
language plpgsql volatile security definer set search_path from current
as $$
begin
  perform ledger_lock_days_v1();
  insert into ledger_businessday (date, state, opened_at)
  select p_date, 'open', clock_timestamp() where not exists (select from ledger_businessday);
  return found;
end
$$;

-- Closes the open day and opens the next one. The caller holds `ledger_lock_days_v1` and has checked and sealed the day.
create or replace function ledger_turn_day_v1(p_date date, p_next_date date) returns void
language plpgsql volatile security definer set search_path from current
as $$
declare
  v_first bigint;
  v_last bigint;
begin
  perform ledger_lock_days_v1();
  if p_next_date <= p_date then
    raise exception 'the next business day % is not after %', p_next_date, p_date using errcode = 'OC003';
  end if;
  select first_id, last_id into v_first, v_last from ledger_range_of_open_day_v1();
  update ledger_businessday
  set state = 'closed', closed_at = clock_timestamp(), first_transfer_id = v_first, last_transfer_id = v_last
  where date = p_date and state = 'open';
  if not found then
    raise exception 'business day % is not open', p_date using errcode = 'OC003';
  end if;
  insert into ledger_daybalance (business_date, account_id, debits_fen, credits_fen, balance_fen)
  select p_date, m.account_id, m.debits_fen, m.credits_fen, a.balance_fen
  from ledger_movements_v1(v_first, v_last) as m join ledger_account as a on a.id = m.account_id
  order by m.account_id;
  insert into ledger_businessday (date, state, opened_at) values (p_next_date, 'open', clock_timestamp());
end
$$;
