-- Transfers of the open day are all those after the last id of the closed days: closing takes alone the lock that posting shares
-- before it draws a number, so ids never mix between days. Both ends are null when nothing was booked yet.
create or replace function ledger_range_of_open_day_v1() returns table (first_id bigint, last_id bigint)
language sql stable security definer set search_path from current
as $$
  select min(id), max(id) from ledger_transfer
  where id > coalesce((select max(last_transfer_id) from ledger_businessday), 0)
$$;

-- Debits and credits per account of the transfers first to last.
create or replace function ledger_movements_v1(p_first bigint, p_last bigint)
returns table (account_id bigint, debits_fen bigint, credits_fen bigint)
language sql stable security definer set search_path from current
as $$
  select side.account_id, sum(side.debit_fen)::bigint, sum(side.credit_fen)::bigint
  from (
    select debit_account_id, sum(amount_fen), 0::numeric from ledger_transfer
    where id between p_first and p_last group by debit_account_id
    union all
    select credit_account_id, 0::numeric, sum(amount_fen) from ledger_transfer
    where id between p_first and p_last group by credit_account_id
  ) as side (account_id, debit_fen, credit_fen)
  group by side.account_id
$$;
