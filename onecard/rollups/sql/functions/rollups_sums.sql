-- What the transfers first to last moved, by business day, kind, source (null for terminals) and subjects; a side's unit is the
-- account when it is a merchant's. The day close keeps these sums, pages read them live of the open day, invariants make them anew.
create or replace function rollups_movements_v1(p_first bigint, p_last bigint)
returns table (business_date date, kind smallint, source_id bigint, debit_subject smallint, credit_subject smallint,
  debit_unit_id bigint, credit_unit_id bigint, transfers bigint, amount_fen bigint)
language sql stable
as $$
  select t.business_date, t.kind, case when s.kind <> 'terminal' then s.id end, d.subject, c.subject,
    case when d.subject = 2101 then d.id end, case when c.subject = 2101 then c.id end, count(*), sum(t.amount_fen)::bigint
  from ledger_transfer as t
  join ledger_account as d on d.id = t.debit_account_id
  join ledger_account as c on c.id = t.credit_account_id
  join ledger_source as s on s.id = t.source_id
  where t.id between p_first and p_last
  group by 1, 2, 3, 4, 5, 6, 7
$$;

-- Net takings of the transfers first to last by business day, merchant's account and quarter hour of the campus's day: purchases
-- less what terminals reversed (under minus a purchase's number). The quarter is -1 when it happened on another date. A purchase or
-- a reversal is one record of a terminal, however many transfers carry it.
create or replace function rollups_takings_v1(p_first bigint, p_last bigint, p_zone text)
returns table (business_date date, account_id bigint, quarter smallint, purchases bigint, reversals bigint, amount_fen bigint)
language sql stable
as $$
  with event as (
    select t.business_date, case t.kind when 1 then t.credit_account_id else t.debit_account_id end as account_id, t.kind,
      min(t.occurred_at) as occurred_at, sum(case t.kind when 1 then t.amount_fen else -t.amount_fen end) as amount_fen
    from ledger_transfer as t
    where t.id between p_first and p_last
      and (t.kind = 1 or (t.kind = 9 and t.source_seq < 0 and t.leg < 4
        and t.source_id in (select id from ledger_source where kind = 'terminal')))
    group by t.source_id, t.source_seq, 1, 2, t.kind
  ), taking as (
    select e.business_date, e.account_id, e.kind, e.amount_fen, e.occurred_at at time zone p_zone as happened from event as e
  )
  select k.business_date, k.account_id,
    (case when k.happened::date = k.business_date
      then extract(hour from k.happened) * 4 + floor(extract(minute from k.happened) / 15) else -1 end)::smallint,
    count(*) filter (where k.kind = 1), count(*) filter (where k.kind = 9), sum(k.amount_fen)::bigint
  from taking as k
  group by 1, 2, 3
$$;

-- The ids of the first and last transfer of a business day, open or closed; null when it has none.
create or replace function rollups_range_of_day_v1(p_date date, out o_first bigint, out o_last bigint)
language sql stable
as $$
  select case b.state when 'open' then r.first_id else b.first_transfer_id end,
    case b.state when 'open' then r.last_id else b.last_transfer_id end
  from ledger_businessday as b
  left join lateral ledger_range_of_open_day_v1() as r on b.state = 'open'
  where b.date = p_date
$$;
