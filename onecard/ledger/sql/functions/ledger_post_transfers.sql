-- Posts events that people and jobs make (deposits, grants, fees, reversals). Idempotent by (source, number): per input row
-- 1 POSTED, 2 REPEATED (it is there with the same content, from before or from an earlier row), 3 CONFLICT (the number is taken
-- with other content; nothing of the event is booked). Legs of one event come in the same call.
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
  if exists (select from unnest(p_source) as s (id) where not exists (select from ledger_source x where x.id = s.id)) then
    raise exception 'transfers name a source that is not registered' using errcode = 'OC002';
  end if;

  with known as (
    select i.ord, i.source_id, i.source_seq, i.leg, o.id as old_id,
      (i.kind, i.debit_id, i.credit_id, i.amount_fen, i.occurred_at, i.reverses_id) as content,
      (o.kind, o.debit_account_id, o.credit_account_id, o.amount_fen, o.occurred_at)
        = (i.kind, i.debit_id, i.credit_id, i.amount_fen, i.occurred_at)
        and o.reverses_id is not distinct from i.reverses_id as same,
      exists (select from ledger_transfer x where x.source_id = i.source_id and x.source_seq = i.source_seq) as number_taken
    from unnest(p_source, p_seq, p_leg, p_kind, p_debit, p_credit, p_amount_fen, p_occurred_at, p_reverses)
      with ordinality
      as i (source_id, source_seq, leg, kind, debit_id, credit_id, amount_fen, occurred_at, reverses_id, ord)
    left join lateral (
      select * from ledger_transfer t
      where t.source_id = i.source_id and t.source_seq = i.source_seq and t.leg = i.leg limit 1
    ) as o on true
  ), leg_judged as (
    select k.ord, k.source_id, k.source_seq, case
        when k.old_id is not null and k.same then 2
        when k.old_id is not null or k.number_taken then 3
        when row_number() over leg = 1 then 1
        when k.content = first_value(k.content) over leg then 2
        else 3 end as outcome
    from known as k
    window leg as (partition by k.source_id, k.source_seq, k.leg order by k.ord)
  ), judged as (
    select l.ord, case when bool_or(l.outcome = 3) over (partition by l.source_id, l.source_seq) then 3
      else l.outcome end::smallint as outcome
    from leg_judged as l
  )
  select array_agg(j.outcome order by j.ord) into v_outcome from judged as j;

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
