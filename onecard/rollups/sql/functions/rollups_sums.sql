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

-- What the transfers first to last sold, net: legs of purchases, and less them what terminals reversed (under minus a purchase's
-- number). A record is counted once, at its last leg, however many transfers carry it: the cash purse pays after the subsidy purse.
-- What a temporary card paid on top (leg 4) is the centre's and not sold.
create or replace function rollups_sold_v1(p_first bigint, p_last bigint)
returns table (business_date date, source_id bigint, account_id bigint, occurred_at timestamptz, amount_fen bigint,
  is_purchase boolean, is_reversal boolean)
language sql stable
as $$
  select t.business_date, t.source_id, case t.kind when 1 then t.credit_account_id else t.debit_account_id end, t.occurred_at,
    case t.kind when 1 then t.amount_fen else -t.amount_fen end, t.kind = 1 and last.leg, t.kind = 9 and last.leg
  from ledger_transfer as t
  cross join lateral (select t.leg > 1 or not exists (
    select from ledger_transfer as x
    where x.source_id = t.source_id and x.source_seq = t.source_seq and x.leg = 2 and x.id between p_first and p_last)) as last (leg)
  where t.id between p_first and p_last
    and (t.kind = 1 or (t.kind = 9 and t.source_seq < 0 and t.leg < 4
      and t.source_id in (select id from ledger_source where kind = 'terminal')))
$$;

-- Net takings of the transfers first to last by business day, merchant's account and quarter hour of the campus's day. The quarter
-- is -1 when it happened on another date.
create or replace function rollups_takings_v1(p_first bigint, p_last bigint, p_zone text)
returns table (business_date date, account_id bigint, quarter smallint, purchases bigint, reversals bigint, amount_fen bigint)
language sql stable
as $$
  select s.business_date, s.account_id,
    (case when h.happened::date = s.business_date
      then extract(hour from h.happened)::int * 4 + extract(minute from h.happened)::int / 15 else -1 end)::smallint,
    count(*) filter (where s.is_purchase), count(*) filter (where s.is_reversal), sum(s.amount_fen)::bigint
  from rollups_sold_v1(p_first, p_last) as s
  cross join lateral (select s.occurred_at at time zone p_zone) as h (happened)
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
