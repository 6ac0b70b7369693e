-- Opens one account for each subject and title. Purses get the next id, shared accounts the next one above 2^40, so that locks in
-- id order take the hot rows last.
create or replace function ledger_open_accounts_v1(p_subject smallint[], p_title text[]) returns bigint[]
language sql volatile security definer set search_path from current
as $$
  with wanted as (
    select subject, title, ord,
      nextval(pg_get_serial_sequence('ledger_account', 'id'))
        + case when subject between 2001 and 2003 then 0 else 1099511627776 end as id
    from unnest(p_subject, p_title) with ordinality as w (subject, title, ord)
  ), opened as (
    insert into ledger_account (id, subject, side, title, balance_fen, day_debits_fen, opened_at)
    select id, subject, case when subject / 1000 in (1, 5) then 1 else -1 end, title, 0, 0, clock_timestamp()
    from wanted order by ord
  )
  select array_agg(id order by ord) from wanted
$$;
