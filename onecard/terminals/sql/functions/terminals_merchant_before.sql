-- Whose terminal it was before it came to the merchant that it is with now. Asked only for a record older than that.
create or replace function terminals_merchant_before_v1(p_terminal bigint, p_occurred_at timestamptz) returns bigint
language sql stable security definer set search_path from current
as $$
  select a.merchant_id from terminals_pastassignment as a
  where a.terminal_id = p_terminal and a.until > p_occurred_at
  order by a.until limit 1
$$;
