-- Reversals (冲正): a terminal that got no answer takes back what it asked, naming the whole record; arrays run in parallel, one
-- element a reversal, and answers come in any order, `ord` from 1. Outcomes are purchases.types.ReversalOutcome, in order of
-- precedence (rules.judge_reversal). A reversal wins over its original in either order of arrival: one that comes first leaves a
-- declined purchase for the original to meet, and purchases_book_v1 asks for the reversal of every number that it knows already.
--
-- A reversal books under minus the original's number, so that it needs none of its own and the original's legs stay what they were.
-- Order of locks as in purchases_book_v1. Whoever carries the same content locks the same purses first; rivals with other
-- content meet on a unique key, and one of them is tried again. Of one number in one batch each is judged after the other.
create or replace function reverse_purchases_v1(
  p_terminal bigint[], p_batch_no integer[], p_seq bigint[], p_card_no bigint[], p_amount_fen bigint[],
  p_occurred_at timestamptz[], p_received_at timestamptz, p_max_age interval
) returns table (ord bigint, outcome smallint)
language plpgsql volatile security definer set search_path from current
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan
set timezone = 'UTC' -- the digest of a held record must not depend on the session
as $$
#variable_conflict use_column
declare
  v_date date := ledger_share_open_day_v1();
  v_purses bigint[];
  v_round bigint[];
  v_this bigint;
  -- Answers, in the order in which they were found.
  v_ord bigint[] := '{}';
  v_verdict smallint[] := '{}';
  -- Transfers to book.
  v_source bigint[] := '{}';
  v_number bigint[] := '{}';
  v_leg smallint[] := '{}';
  v_debit bigint[] := '{}';
  v_credit bigint[] := '{}';
  v_amount bigint[] := '{}';
  v_occurred timestamptz[] := '{}';
  v_reverses bigint[] := '{}';
  v_answers record;
begin
  select array_remove(array_agg(p.cash_account_id) || array_agg(p.subsidy_account_id), null) into v_purses
  from unnest(p_card_no) as i (card_no)
  join cards_card as c on c.card_no = i.card_no
  join people_person as p on p.id = c.person_id;

  select array_agg(n.round order by n.ord) into v_round
  from (
    select i.ord, row_number() over (partition by i.terminal_id, i.batch_no, i.seq order by i.ord) as round
    from unnest(p_terminal, p_batch_no, p_seq) with ordinality as i (terminal_id, batch_no, seq, ord)
  ) as n;

  perform ledger_lock_accounts_v2(v_purses, v_date);

  for v_this in select distinct r from unnest(v_round) as r order by r loop
    with found as (
      select i.*, t.source_id, c.id as card_id,
        case when t.merchant_since > i.occurred_at then terminals_merchant_before_v1(t.id, i.occurred_at)
          else t.merchant_id end as merchant_id, i.batch_no * 1000000000::bigint + i.seq as number,
        o.outcome as old_outcome, o.mode as old_mode, o.received_at as old_received_at, o.same, o.reversed
      from unnest(p_terminal, p_batch_no, p_seq, p_card_no, p_amount_fen, p_occurred_at, v_round) with ordinality
        as i (terminal_id, batch_no, seq, card_no, amount_fen, occurred_at, round, ord)
      join terminals_terminal as t on t.id = i.terminal_id
      left join cards_card as c on c.card_no = i.card_no
      left join lateral (
        select x.outcome, x.mode, x.received_at,
          (x.card_no, x.amount_fen, x.occurred_at) = (i.card_no, i.amount_fen, i.occurred_at) as same,
          exists (select from purchases_reversal as r
            where r.terminal_id = x.terminal_id and r.batch_no = x.batch_no and r.seq = x.seq) as reversed
        from purchases_purchase as x
        where x.terminal_id = i.terminal_id and x.batch_no = i.batch_no and x.seq = i.seq limit 1
      ) as o on true
      where i.round = v_this
    ), judged as materialized (
      select f.*,
        case
          when f.same and f.reversed then 1
          when not f.same then 2
          when f.old_outcome is null or f.old_outcome between 11 and 29 then 3
          when f.old_mode = 2 then 4
          when f.old_received_at < p_received_at - p_max_age then 5
          else 6
        end::smallint as verdict
      from found as f
    ), tombstones as (
      insert into purchases_purchase (
        terminal_id, batch_no, seq, mode, outcome, flags, card_no, card_id, merchant_id, amount_fen,
        subsidy_fen, cash_fen, lost_fen, surcharge_fen, occurred_at, received_at, business_date)
      select j.terminal_id, j.batch_no, j.seq, 1, 22, 0, j.card_no, j.card_id, j.merchant_id, j.amount_fen,
        0, 0, 0, 0, j.occurred_at, p_received_at, v_date
      from judged as j
      where j.verdict = 3 and j.old_outcome is null
      order by j.terminal_id, j.batch_no, j.seq
    ), kept as (
      insert into purchases_reversal (terminal_id, batch_no, seq, outcome, amount_fen, received_at, business_date)
      select j.terminal_id, j.batch_no, j.seq, j.verdict, case j.verdict when 6 then j.amount_fen else 0 end, p_received_at, v_date
      from judged as j
      where j.verdict in (3, 6)
      order by j.terminal_id, j.batch_no, j.seq
    ), held as (
      select ledger_hold_v1(array_agg(j.source_id), array_agg(j.number),
        array_agg(case j.verdict when 2 then 'REFUSED_CONFLICT' when 4 then 'REFUSED_COLLECTED' else 'REFUSED_TOO_LATE' end),
        array_agg(jsonb_build_object(
          'terminal_id', j.terminal_id, 'batch_no', j.batch_no, 'seq', j.seq, 'card_no', j.card_no,
          'amount_fen', j.amount_fen, 'occurred_at', j.occurred_at, 'reversal', true)),
        'settlement_clerk', p_received_at)
      from judged as j
      where j.verdict in (2, 4, 5)
      having count(*) > 0
    )
    select answers.*, booking.*, (select count(*) from held) as held into v_answers
    from (
      select array_agg(j.ord) as ords, array_agg(j.verdict) as verdicts from judged as j
    ) as answers, (
      select array_agg(j.source_id) as sources, array_agg(-j.number) as numbers, array_agg(x.leg) as legs,
        array_agg(x.credit_account_id) as debits, array_agg(x.debit_account_id) as credits,
        array_agg(x.amount_fen) as amounts, array_agg(x.occurred_at) as moments, array_agg(x.id) as reversed
      from judged as j
      join ledger_transfer as x on x.source_id = j.source_id and x.source_seq = j.number
      where j.verdict = 6
    ) as booking;
    v_ord := v_ord || v_answers.ords;
    v_verdict := v_verdict || v_answers.verdicts;
    v_source := v_source || v_answers.sources;
    v_number := v_number || v_answers.numbers;
    v_leg := v_leg || v_answers.legs;
    v_debit := v_debit || v_answers.debits;
    v_credit := v_credit || v_answers.credits;
    v_amount := v_amount || v_answers.amounts;
    v_occurred := v_occurred || v_answers.moments;
    v_reverses := v_reverses || v_answers.reversed;
  end loop;

  if cardinality(v_amount) > 0 then
    perform ledger_book_v1(v_date, v_source, v_number, v_leg, array_fill(9::smallint, array[cardinality(v_amount)]),
      v_debit, v_credit, v_amount, v_occurred, p_received_at, v_reverses);
  end if;

  -- The number of a reversal is known here now, whether its original arrived or not.
  perform terminals_mark_received_v1(array_agg(p_terminal[i.ord]), array_agg(p_batch_no[i.ord]), array_agg(p_seq[i.ord]),
    p_received_at)
  from unnest(v_ord, v_verdict) as i (ord, verdict)
  where verdict = 3
  having count(*) > 0;

  return query select * from unnest(v_ord, v_verdict);
end
$$;
