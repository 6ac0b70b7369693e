-- Posts events that people and jobs make (deposits, grants, fees, reversals). Idempotent by (source, number): per input row
-- 1 POSTED, 2 REPEATED (all of it is there with the same content), 3 CONFLICT (the number is taken with other content; booked is
-- nothing of it). Legs of one event come in the same call.
create or replace function ledger_post_transfers_v1(
  p_source bigint[], p_seq bigint[], p_leg smallint[], p_kind smallint[], p_debit bigint[], p_credit bigint[],
  p_amount_fen bigint[], p_occurred_at timestamptz[], p_reverses bigint[]
) returns smallint[]
language plpgsql volatile security definer set search_path from current
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
  v_date date := ledger_share_open_day_v1();
  v_outcome smallint[];
begin
  -- The sources' rows serialise writers of the same numbering, in id order.
  perform 1 from ledger_source where id = any (p_source) order by id for no key update;

  select array_agg(judged.outcome order by judged.ord) into v_outcome
  from (
    select t.ord, max(case
        when t.earlier then 3
        when t.old_id is not null and t.same then 2
        when t.old_id is not null then 3
        when t.number_taken then 3
        else 1 end) over (partition by t.source_id, t.source_seq)::smallint as outcome
    from (
      select i.ord, i.source_id, i.source_seq, o.id as old_id,
        row_number() over (partition by i.source_id, i.source_seq, i.leg order by i.ord) > 1 as earlier,
        (o.kind, o.debit_account_id, o.credit_account_id, o.amount_fen, o.occurred_at)
          = (i.kind, i.debit_id, i.credit_id, i.amount_fen, i.occurred_at)
          and o.reverses_id is not distinct from i.reverses_id as same,
        exists (select from ledger_transfer x where x.source_id = i.source_id and x.source_seq = i.source_seq)
          as number_taken
      from unnest(p_source, p_seq, p_leg, p_kind, p_debit, p_credit, p_amount_fen, p_occurred_at, p_reverses)
        with ordinality
        as i (source_id, source_seq, leg, kind, debit_id, credit_id, amount_fen, occurred_at, reverses_id, ord)
      left join lateral (
        select * from ledger_transfer t
        where t.source_id = i.source_id and t.source_seq = i.source_seq and t.leg = i.leg limit 1
      ) as o on true
    ) as t
  ) as judged;

  perform ledger_book_v1(v_date, array_agg(source_id), array_agg(source_seq), array_agg(leg), array_agg(kind),
    array_agg(debit_id), array_agg(credit_id), array_agg(amount_fen), array_agg(occurred_at), clock_timestamp(),
    array_agg(reverses_id))
  from unnest(p_source, p_seq, p_leg, p_kind, p_debit, p_credit, p_amount_fen, p_occurred_at, p_reverses, v_outcome)
    as i (source_id, source_seq, leg, kind, debit_id, credit_id, amount_fen, occurred_at, reverses_id, outcome)
  where outcome = 1
  having count(*) > 0;
  return v_outcome;
end
$$;
