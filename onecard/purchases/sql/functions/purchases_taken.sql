-- What the earlier rounds of a batch (p_debit, p_amount_fen: the transfers they are going to book) took from the purses of this
-- round's card holders; by record, 0 for records of other rounds. Sums over sorted accounts instead of joins: the caller's settings
-- allow nested loops only, and those would be quadratic here.
create or replace function purchases_taken_v1(
  p_card_no bigint[], p_round bigint[], p_this bigint, p_debit bigint[], p_amount_fen bigint[],
  out cash_fen bigint[], out subsidy_fen bigint[])
language sql stable security definer set search_path from current
as $$
  with purse as materialized (
    select i.ord, p.cash_account_id, p.subsidy_account_id
    from unnest(p_card_no, p_round) with ordinality as i (card_no, round, ord)
    join cards_card as c on c.card_no = i.card_no
    join people_person as p on p.id = c.person_id
    where i.round = p_this
  ), side (account_id, amount_fen, cash_ord, subsidy_ord) as (
    select account_id, amount_fen, null::bigint, null::bigint from unnest(p_debit, p_amount_fen) as t (account_id, amount_fen)
    union all
    select cash_account_id, 0, ord, null from purse
    union all
    select subsidy_account_id, 0, null, ord from purse where subsidy_account_id is not null
  ), taken as (
    select cash_ord, subsidy_ord, sum(amount_fen) over (partition by account_id)::bigint as fen from side
  ), by_record as (
    select coalesce(cash_ord, subsidy_ord) as ord,
      case when cash_ord is not null then fen else 0 end as cash_fen,
      case when subsidy_ord is not null then fen else 0 end as subsidy_fen
    from taken
    where cash_ord is not null or subsidy_ord is not null
    union all
    select ord, 0, 0 from generate_series(1, cardinality(p_card_no)) as ord
  ), record as (
    select ord, sum(cash_fen)::bigint as cash_fen, sum(subsidy_fen)::bigint as subsidy_fen from by_record group by ord
  )
  select array_agg(cash_fen order by ord), array_agg(subsidy_fen order by ord) from record
$$;
