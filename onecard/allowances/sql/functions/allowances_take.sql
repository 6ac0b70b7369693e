-- Takes the allowances anew when they were taken before `p_before`, and returns the newest version. Only cards whose allowance changed
-- are written, each with a number of its own. The list's row is the lock: who finds it held goes on with what is there.
create or replace function allowances_take_v1(p_step_fen bigint, p_cap_fen bigint, p_today date, p_at timestamptz, p_before timestamptz)
returns bigint
language plpgsql volatile security definer set search_path from current
as $$
declare
  v_list allowances_allowancelist;
begin
  insert into allowances_allowancelist (id, version, listed_count, checksum) values (1, 0, 0, 0) on conflict do nothing;
  select * into v_list from allowances_allowancelist where taken_at is null or taken_at <= p_before for update skip locked;
  if not found then
    return (select version from allowances_allowancelist);
  end if;

  with allowed as (
    select c.card_no, least(p_cap_fen, (cash.balance_fen + greatest(coalesce(subsidy.balance_fen, 0), 0)) / p_step_fen * p_step_fen) as fen
    from cards_card as c
    join people_person as p on p.id = c.person_id
    join ledger_account as cash on cash.id = p.cash_account_id
    left join ledger_account as subsidy on subsidy.id = p.subsidy_account_id
    where c.state = 2 and (c.expires_on is null or c.expires_on >= p_today)
  ), changed as (
    select card_no, coalesce(n.fen, 0) as fen, coalesce(o.allowance_fen, 0) as fen_before,
      v_list.version + row_number() over (order by card_no) as version
    from (select * from allowed where fen > 0) as n
    full join allowances_allowance as o using (card_no)
    where coalesce(n.fen, 0) <> coalesce(o.allowance_fen, 0)
  ), written as (
    insert into allowances_allowance (card_no, allowance_fen, version, changed_at)
    select card_no, fen, version, p_at from changed
    on conflict (card_no) do update
    set allowance_fen = excluded.allowance_fen, version = excluded.version, changed_at = excluded.changed_at
  )
  update allowances_allowancelist as l
  set version = l.version + c.changes, listed_count = l.listed_count + c.more, checksum = l.checksum # c.turned, taken_at = p_at
  from (
    select count(*) as changes, coalesce(sum((fen > 0)::integer - (fen_before > 0)::integer), 0) as more,
      coalesce(bit_xor(allowances_term_v1(card_no, fen) # allowances_term_v1(card_no, fen_before)), 0) as turned
    from changed
  ) as c
  returning l.version into v_list.version;
  return v_list.version;
end
$$;
