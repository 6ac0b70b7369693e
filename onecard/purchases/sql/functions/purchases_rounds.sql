-- In which round each record of a batch is judged: first every number's first record, then the second ones, and so on; among
-- them the records of one person one after the other.
create or replace function purchases_rounds_v1(
  p_terminal bigint[], p_batch_no integer[], p_seq bigint[], p_card_no bigint[]
) returns bigint[]
language sql stable security definer set search_path from current
as $$
  with holder as (
    select i.ord, coalesce(c.person_id, -i.ord) as person_id,
      row_number() over (partition by i.terminal_id, i.batch_no, i.seq order by i.ord) as number_rank
    from unnest(p_terminal, p_batch_no, p_seq, p_card_no) with ordinality as i (terminal_id, batch_no, seq, card_no, ord)
    left join cards_card as c on c.card_no = i.card_no
  ), ranked as (
    select ord, number_rank * 1000000 + row_number() over (partition by number_rank, person_id order by ord) as round
    from holder
  )
  select array_agg(round order by ord) from ranked
$$;
