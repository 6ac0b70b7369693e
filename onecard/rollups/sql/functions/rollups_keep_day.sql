-- Keeps a business day's sums, once: false when they are there already. The day close calls it under the day lock before it turns the
-- day; `onecard migrate` calls it for days that were closed before the sums were kept. Nobody else can write these tables.
create or replace function rollups_keep_day_v1(p_date date, p_zone text, p_cards_used int, p_declined int, p_cards_active int,
  p_terminals_enrolled int, p_held int, p_missing bigint) returns boolean
language plpgsql volatile security definer set search_path from current
as $$
declare
  v_first bigint;
  v_last bigint;
begin
  perform ledger_lock_days_v1();
  if not exists (select from ledger_businessday where date = p_date) then
    raise exception 'there is no business day %', p_date using errcode = 'OC003';
  end if;
  if exists (select from rollups_day where business_date = p_date) then
    return false;
  end if;
  select o_first, o_last into v_first, v_last from rollups_range_of_day_v1(p_date);
  insert into rollups_movement (business_date, kind, source_id, debit_subject, credit_subject, debit_unit_id, credit_unit_id,
      transfers, amount_fen)
    select * from rollups_movements_v1(v_first, v_last) order by 2, 4, 5, 3, 6, 7;
  insert into rollups_takings (business_date, account_id, quarter, purchases, reversals, amount_fen)
    select * from rollups_takings_v1(v_first, v_last, p_zone) order by 2, 3;
  insert into rollups_day (business_date, zone, transfers, sum_fen, cards_used, declined, cards_active, terminals_enrolled, held,
      missing, kept_at)
    select p_date, p_zone, coalesce(sum(transfers), 0), coalesce(sum(amount_fen), 0), p_cards_used, p_declined, p_cards_active,
      p_terminals_enrolled, p_held, p_missing, clock_timestamp()
    from rollups_movement where business_date = p_date;
  return true;
end
$$;
