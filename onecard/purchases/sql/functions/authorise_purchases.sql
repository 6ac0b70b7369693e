-- The online door to purchases_book_v2; arrays run in parallel, one element a record. Answers come in any order, `ord` from 1.
create or replace function authorise_purchases_v2(
  p_terminal bigint[], p_batch_no integer[], p_seq bigint[], p_card_no bigint[], p_amount_fen bigint[],
  p_occurred_at timestamptz[], p_pin smallint[], p_received_at timestamptz, p_time_zone text,
  p_surcharge_bp integer, p_pin_single_fen bigint, p_pin_day_fen bigint
) returns table (ord bigint, outcome smallint, first_outcome smallint, flags smallint, surcharge_fen bigint)
language sql volatile security definer set search_path from current
as $$
  select * from purchases_book_v2(true, p_terminal, p_batch_no, p_seq, p_card_no, p_amount_fen, p_occurred_at, p_pin,
    array_fill(true, array[cardinality(p_terminal)]), null, null, null, null, null, null,
    p_received_at, p_time_zone, p_surcharge_bp, p_pin_single_fen, p_pin_day_fen, null, null, null)
$$;
