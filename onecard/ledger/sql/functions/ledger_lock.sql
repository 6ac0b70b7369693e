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

-- Locks accounts in id order (DESIGN §4.9); whoever decides by a balance calls this first.
create or replace function ledger_lock_accounts_v1(p_accounts bigint[]) returns void
language plpgsql volatile security definer set search_path from current
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
begin
  perform 1 from ledger_account where id = any (p_accounts) order by id for no key update;
end
$$;
