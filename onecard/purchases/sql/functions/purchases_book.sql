-- Books a batch of terminals' records: `authorise_purchases_v2` (online, conditional) and `collect_purchases_v2` (facts) both come
-- here, so one judgement and one way to the ledger serve both. DESIGN §5; outcome numbers are purchases.types.Outcome.
--
-- Order of locks: day (shared) → purses in id order → record numbers in order → shared accounts in id order → sequence watch.
-- Records of one person, or with one number, are judged one after the other: each round takes at most one of each and counts what
-- earlier rounds took from a purse. All rounds go to the ledger together at the end, so that merchants' rows are held shortly.
--
-- A temporary card pays a surcharge of p_surcharge_bp on its purchases, to the centre, out of the cash purse: leg 4. Not where the
-- centre bears the purchase.
--
-- A number that a terminal reversed (reverse_purchases_v1) counts as declined with 22, whatever it was answered first, so that the
-- original is met by its reversal through either door. Only numbers that are there already are asked for in purchases_reversal.
create or replace function purchases_book_v2(
  p_online boolean,
  p_terminal bigint[], p_batch_no integer[], p_seq bigint[], p_card_no bigint[], p_amount_fen bigint[],
  p_occurred_at timestamptz[], p_pin smallint[], p_mac_ok boolean[], p_blacklist_version bigint[],
  p_card_counter bigint[], p_purse_after_fen bigint[], p_sam_id bigint[], p_sam_seq bigint[], p_tac bytea[],
  p_received_at timestamptz, p_time_zone text, p_surcharge_bp integer,
  p_pin_single_fen bigint, p_pin_day_fen bigint, p_max_amount_fen bigint, p_max_age interval, p_max_ahead interval
) returns table (ord bigint, outcome smallint, first_outcome smallint, flags smallint, surcharge_fen bigint)
language plpgsql volatile security definer set search_path from current
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan
set timezone = 'UTC' -- the digest of a held record must not depend on the session
as $$
#variable_conflict use_column
declare
  v_date date := ledger_share_open_day_v1();
  v_losses_account bigint := (select min(id) from ledger_account where subject = 5003);
  v_fees_account bigint := (select min(id) from ledger_account where subject = 4002);
  v_local timestamp := p_received_at at time zone p_time_zone;
  v_oldest timestamptz := (v_date - p_max_age) at time zone p_time_zone;
  v_records integer := cardinality(p_terminal);
  v_facts record;
  v_locked record;
  v_heard record;
  v_round bigint[];  -- null: all in one round
  v_this bigint;
  v_known boolean;  -- may a record of this round have been answered before?
  -- What earlier rounds took from the purses, by record; null in the first round.
  v_cash_taken bigint[];
  v_subsidy_taken bigint[];
  -- Answers, in the order in which they were found.
  v_ord bigint[] := '{}';
  v_verdict smallint[] := '{}';
  v_first smallint[] := '{}';
  v_flags smallint[] := '{}';
  v_surcharge bigint[] := '{}';
  -- Transfers to book.
  v_source bigint[] := '{}';
  v_number bigint[] := '{}';
  v_leg smallint[] := '{}';
  v_kind smallint[] := '{}';
  v_debit bigint[] := '{}';
  v_credit bigint[] := '{}';
  v_amount bigint[] := '{}';
  v_occurred timestamptz[] := '{}';
  v_answers record;
begin
  v_facts := purchases_facts_v2(p_card_no, p_amount_fen, p_surcharge_bp);
  v_locked := ledger_lock_accounts_v2(v_facts.cash_account_id || v_facts.subsidy_account_id, v_date);
  v_heard := terminals_heard_v1(p_terminal, p_batch_no, p_seq);
  if v_heard.any_twice or (select count(distinct id) < count(id) from unnest(v_facts.cash_account_id) as id) then
    v_round := purchases_rounds_v1(p_terminal, p_batch_no, p_seq, p_card_no);
  end if;

  for v_this in select distinct r from unnest(coalesce(v_round, array[1])) as r order by r loop
    v_known := v_heard.any_before or v_this > 1;
    if v_this > 1 then
      select t.cash_fen, t.subsidy_fen into v_cash_taken, v_subsidy_taken
      from purchases_taken_v1(p_card_no, v_round, v_this, v_debit, v_amount) as t;
    end if;
    with judged as materialized (
      select v.*, v.verdict in (10, 30, 31) as moves,
        case when v.verdict in (10, 30, 31) and v.loss_took_effect and not p_online then v.amount_fen else 0 end as lost_part,
        case when v.verdict in (10, 30, 31) and (p_online or not v.loss_took_effect)
          then least(v.subsidy_balance, v.amount_fen) else 0 end as subsidy_part,
        case when v.verdict in (10, 30, 31) and (p_online or not v.loss_took_effect)
          then v.surcharge_fen else 0 end as surcharge_part
      from (
        select f.*,
          case
            when not f.mac_ok then 32
            when f.same then 1
            when f.old_outcome is not null and p_online then 2
            when f.old_outcome is not null then 34
            when p_online then case
              when f.terminal_state <> 1 then 11
              when f.card_id is null or f.card_state = 1 then 12
              when f.card_state = 3 then 13
              when f.card_state = 4 then 14
              when f.expires_on < v_local::date then 15
              when f.card_state = 5 then 16
              when (f.opens_at < f.closes_at and (v_local::time < f.opens_at or v_local::time >= f.closes_at))
                or (f.opens_at > f.closes_at and v_local::time < f.opens_at and v_local::time >= f.closes_at) then 17
              when f.amount_fen > f.single_limit_fen then 18
              when f.pin = 0 and (f.amount_fen > p_pin_single_fen
                or f.amount_fen > p_pin_day_fen - f.spent_today_fen) then 19
              when f.pin = 2 then 20
              when f.amount_fen > f.cash_left + f.subsidy_balance or (f.surcharge_fen > 0 and f.cash_left < 0) then 21
              else 10 end
            when f.amount_fen not between 1 and p_max_amount_fen or f.batch_no < 0 or f.seq not between 1 and 999999999
              or f.occurred_at > p_received_at + p_max_ahead or f.occurred_at < v_oldest then 35
            when f.card_id is null then 33
            when f.flags <> 0 then 31
            else 30
          end::smallint as verdict
        from (
          select i.*, t.source_id, m.id as merchant_id, t.state as terminal_state, t.single_limit_fen, t.opens_at, t.closes_at,
            m.payable_account_id, o.outcome as old_outcome, o.surcharge_fen as old_surcharge_fen,
            case when p_online then 0 else
              case when not i.loss_took_effect and (i.amount_fen > i.cash_left + i.subsidy_balance
                or (i.surcharge_fen > 0 and i.cash_left < 0)) then 1 else 0 end
              + case when i.loss_took_effect then 2 when i.loss_reported_at <= i.occurred_at then 4 else 0 end
              + case when i.card_state = 4 then 8 else 0 end
              + case when i.expires_on is null then 0
                when i.expires_on < (i.occurred_at at time zone p_time_zone)::date then 16 else 0 end
              + case when i.cancelled_at <= i.occurred_at then 32 else 0 end
              + case when i.card_state = 1 then 64 else 0 end
            end as flags,
            case when o.outcome is not null then
              o.card_no = i.card_no and o.amount_fen = i.amount_fen and o.occurred_at = i.occurred_at
              -- An online request carries none of these; the terminal's own record of it may.
              and (p_online or o.mode = 1
                or (o.blacklist_version, o.card_counter, o.purse_after_fen, o.sam_id, o.sam_seq, o.tac) is not distinct from
                  (i.blacklist_version, i.card_counter, i.purse_after_fen, i.sam_id, i.sam_seq, i.tac))
              and (p_online or o.outcome not between 11 and 21) end as same
          from (
            select r.*,
              coalesce(r.cash_fen, 0) - coalesce(r.cash_taken, 0) - r.surcharge_fen as cash_left, -- for the price
              greatest(coalesce(r.subsidy_fen, 0) - coalesce(r.subsidy_taken, 0), 0) as subsidy_balance,
              coalesce(r.cash_spent, 0) + coalesce(r.cash_taken, 0)
                + coalesce(r.subsidy_spent, 0) + coalesce(r.subsidy_taken, 0) as spent_today_fen,
              coalesce(r.loss_reported_at <= r.occurred_at
                and (r.blacklist_version is null or r.blacklist_version >= r.loss_version), false) as loss_took_effect
            from unnest(p_terminal, p_batch_no, p_seq, p_card_no, p_amount_fen, p_occurred_at, p_pin, p_mac_ok,
                p_blacklist_version, p_card_counter, p_purse_after_fen, p_sam_id, p_sam_seq, p_tac, v_round,
                v_facts.card_id, v_facts.card_state, v_facts.expires_on, v_facts.cancelled_at, v_facts.loss_reported_at,
                v_facts.loss_version, v_facts.cash_account_id, v_facts.subsidy_account_id, v_facts.surcharge_fen,
                v_locked.balance_fen[:v_records], v_locked.balance_fen[v_records + 1:],
                v_locked.spent_fen[:v_records], v_locked.spent_fen[v_records + 1:], v_cash_taken, v_subsidy_taken)
              with ordinality
              as r (terminal_id, batch_no, seq, card_no, amount_fen, occurred_at, pin, mac_ok,
                blacklist_version, card_counter, purse_after_fen, sam_id, sam_seq, tac, round,
                card_id, card_state, expires_on, cancelled_at, loss_reported_at,
                loss_version, cash_account_id, subsidy_account_id, surcharge_fen,
                cash_fen, subsidy_fen, cash_spent, subsidy_spent, cash_taken, subsidy_taken, ord)
            where r.round is not distinct from case when v_round is null then null else v_this end
          ) as i
          join terminals_terminal as t on t.id = i.terminal_id
          join merchants_merchant as m on m.id = case when t.merchant_since > i.occurred_at
            then terminals_merchant_before_v1(t.id, i.occurred_at) else t.merchant_id end
          left join lateral (
            select case when exists (select from purchases_reversal as r
                where r.terminal_id = x.terminal_id and r.batch_no = x.batch_no and r.seq = x.seq) then 22 else x.outcome end as outcome,
              x.mode, x.card_no, x.amount_fen, x.surcharge_fen, x.occurred_at, x.blacklist_version, x.card_counter,
              x.purse_after_fen, x.sam_id, x.sam_seq, x.tac
            from purchases_purchase as x
            where v_known and x.terminal_id = i.terminal_id and x.batch_no = i.batch_no and x.seq = i.seq limit 1
          ) as o on true
          offset 0 -- a fence: what was computed once is not computed again wherever it is used
        ) as f
        offset 0
      ) as v
    ), kept as (
      insert into purchases_purchase (
        terminal_id, batch_no, seq, mode, outcome, flags, card_no, card_id, merchant_id, amount_fen,
        subsidy_fen, cash_fen, lost_fen, surcharge_fen, occurred_at, received_at, business_date,
        blacklist_version, card_counter, purse_after_fen, sam_id, sam_seq, tac)
      select j.terminal_id, j.batch_no, j.seq, case when p_online then 1 else 2 end, j.verdict,
        case when j.moves then j.flags else 0 end, j.card_no, j.card_id, j.merchant_id, j.amount_fen, j.subsidy_part,
        case when j.moves then j.amount_fen - j.subsidy_part - j.lost_part else 0 end, j.lost_part, j.surcharge_part,
        j.occurred_at, p_received_at, v_date,
        j.blacklist_version, j.card_counter, j.purse_after_fen, j.sam_id, j.sam_seq, j.tac
      from judged as j
      where j.verdict between 10 and 31
      order by j.terminal_id, j.batch_no, j.seq
    ), legs as (
      select j.source_id, j.batch_no * 1000000000::bigint + j.seq as number, leg.leg::smallint, leg.kind::smallint,
        leg.debit_id, leg.credit_id, leg.amount_fen, j.occurred_at
      from judged as j
      cross join lateral (values
        (1, 1, j.subsidy_account_id, j.payable_account_id, j.subsidy_part),
        (2, 1, j.cash_account_id, j.payable_account_id, j.amount_fen - j.subsidy_part - j.lost_part),
        (3, 1, v_losses_account, j.payable_account_id, j.lost_part),
        (4, 15, j.cash_account_id, v_fees_account, j.surcharge_part)
      ) as leg (leg, kind, debit_id, credit_id, amount_fen)
      where j.moves and leg.amount_fen > 0
    ), held as (
      select ledger_hold_v1(array_agg(j.source_id), array_agg(j.batch_no * 1000000000::bigint + j.seq),
        array_agg(case j.verdict when 2 then 'CONFLICT' when 34 then 'HELD_CONFLICT' when 32 then 'HELD_BAD_MAC'
          when 33 then 'HELD_UNKNOWN_CARD' else 'HELD_INVALID' end),
        array_agg(jsonb_build_object(
          'terminal_id', j.terminal_id, 'batch_no', j.batch_no, 'seq', j.seq, 'card_no', j.card_no,
          'amount_fen', j.amount_fen, 'occurred_at', j.occurred_at, 'online', p_online,
          'blacklist_version', j.blacklist_version, 'card_counter', j.card_counter,
          'purse_after_fen', j.purse_after_fen, 'sam_id', j.sam_id, 'sam_seq', j.sam_seq,
          'tac', encode(j.tac, 'hex'), 'mac_ok', j.mac_ok)),
        'settlement_clerk', p_received_at)
      from judged as j
      where j.verdict = 2 or j.verdict > 31
      having count(*) > 0
    )
    select answers.*, booking.*, (select count(*) from held) as held into v_answers
    from (
      select array_agg(j.ord) as ords, array_agg(j.verdict) as verdicts,
        array_agg(case when j.verdict = 1 then j.old_outcome end::smallint) as firsts,
        array_agg(case when j.moves then j.flags else 0 end::smallint) as flag_sets,
        array_agg(case when j.verdict > 1 then j.surcharge_part
          when j.old_outcome in (10, 30, 31) then j.old_surcharge_fen else 0 end) as surcharges
      from judged as j
    ) as answers, (
      select array_agg(l.source_id) as sources, array_agg(l.number) as numbers, array_agg(l.leg) as legs,
        array_agg(l.kind) as kinds, array_agg(l.debit_id) as debits, array_agg(l.credit_id) as credits,
        array_agg(l.amount_fen) as amounts, array_agg(l.occurred_at) as moments
      from legs as l
    ) as booking;
    v_ord := v_ord || v_answers.ords;
    v_verdict := v_verdict || v_answers.verdicts;
    v_first := v_first || v_answers.firsts;
    v_flags := v_flags || v_answers.flag_sets;
    v_surcharge := v_surcharge || v_answers.surcharges;
    v_source := v_source || v_answers.sources;
    v_number := v_number || v_answers.numbers;
    v_leg := v_leg || v_answers.legs;
    v_kind := v_kind || v_answers.kinds;
    v_debit := v_debit || v_answers.debits;
    v_credit := v_credit || v_answers.credits;
    v_amount := v_amount || v_answers.amounts;
    v_occurred := v_occurred || v_answers.moments;
  end loop;

  if cardinality(v_amount) > 0 then
    perform ledger_book_v1(v_date, v_source, v_number, v_leg, v_kind,
      v_debit, v_credit, v_amount, v_occurred, p_received_at);
  end if;

  perform terminals_mark_received_v1(array_agg(terminal_id), array_agg(batch_no), array_agg(seq), p_received_at)
  from unnest(p_terminal, p_batch_no, p_seq, p_mac_ok) as i (terminal_id, batch_no, seq, mac_ok)
  where mac_ok and batch_no >= 0 and seq between 1 and 999999999
  having count(*) > 0;

  return query select * from unnest(v_ord, v_verdict, v_first, v_flags, v_surcharge);
end
$$;

revoke all on function purchases_book_v2 from public;
