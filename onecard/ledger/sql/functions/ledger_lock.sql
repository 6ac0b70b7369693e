-- The lock that posting shares and closing takes alone (DESIGN §4.7). Heavyweight locks queue in order of arrival, so a steady
-- stream of postings cannot starve a close. The key is the table itself: every campus schema has its own.
create or replace function ledger_share_open_day_v1() returns date
language plpgsql volatile security definer set search_path from current
as $$
declare
  v_date date;
begin
  perform pg_advisory_xact_lock_shared('ledger_businessday'::regclass::oid::bigint);
  select date into v_date from ledger_businessday where state = 'open';
  if v_date is null then
    raise exception 'no business day is open' using errcode = 'OC001', hint = 'onecard day open DATE opens the first one';
  end if;
  return v_date;
end
$$;

create or replace function ledger_lock_days_v1() returns date
language plpgsql volatile security definer set search_path from current
as $$
begin
  perform pg_advisory_xact_lock('ledger_businessday'::regclass::oid::bigint);
  return (select date from ledger_businessday where state = 'open');
end
$$;

-- Locks accounts in id order (DESIGN §4.9); whoever decides by a balance calls this first. Answers in the order of p_accounts, null
-- for null, what stands on them once they are locked: the balance, and what was spent from them on the business day. The only join
-- is of the batch with itself, so it may be by hash.
create or replace function ledger_lock_accounts_v2(
  p_accounts bigint[], p_business_date date, out balance_fen bigint[], out spent_fen bigint[])
language plpgsql volatile security definer set search_path from current
set enable_seqscan = off set enable_hashjoin = on set enable_mergejoin = off set plan_cache_mode = force_generic_plan
as $$
begin
  with locked as materialized (
    select a.id, a.balance_fen, case when a.day_debits_date = p_business_date then a.day_debits_fen else 0 end as spent_fen
    from ledger_account as a
    where a.id = any (p_accounts)
    order by a.id
    for no key update
  )
  select array_agg(l.balance_fen order by i.ord), array_agg(l.spent_fen order by i.ord) into balance_fen, spent_fen
  from unnest(p_accounts) with ordinality as i (id, ord)
  left join locked as l on l.id = i.id;
end
$$;
