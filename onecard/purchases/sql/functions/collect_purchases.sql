-- The door for collected records to purchases_book_v2; arrays run in parallel, one element a record.
create or replace function collect_purchases_v2(
  p_terminal bigint[], p_batch_no integer[], p_seq bigint[], p_card_no bigint[], p_amount_fen bigint[],
  p_occurred_at timestamptz[], p_mac_ok boolean[], p_blacklist_version bigint[],
  p_card_counter bigint[], p_purse_after_fen bigint[], p_sam_id bigint[], p_sam_seq bigint[], p_tac bytea[],
  p_received_at timestamptz, p_time_zone text, p_surcharge_bp integer,
  p_max_amount_fen bigint, p_max_age interval, p_max_ahead interval
) returns table (ord bigint, outcome smallint, first_outcome smallint, flags smallint, surcharge_fen bigint)
language sql volatile security definer set search_path from current
as $$
  select * from purchases_book_v2(false, p_terminal, p_batch_no, p_seq, p_card_no, p_amount_fen, p_occurred_at, null,
    p_mac_ok, p_blacklist_version, p_card_counter, p_purse_after_fen, p_sam_id, p_sam_seq, p_tac,
    p_received_at, p_time_zone, p_surcharge_bp, null, null, p_max_amount_fen, p_max_age, p_max_ahead)
$$;
