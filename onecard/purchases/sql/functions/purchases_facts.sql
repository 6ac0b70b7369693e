-- What a batch's cards and their holders' purses are, by record and in the order of the records: null where the card is unknown;
-- and the surcharge that a temporary card pays on the amount, rounded half up to a fen.
-- Read before the purses are locked: a loss report that commits in between is one that came after the request.
create or replace function purchases_facts_v2(
  p_card_no bigint[], p_amount_fen bigint[], p_surcharge_bp integer,
  out card_id bigint[], out card_state smallint[], out expires_on date[], out cancelled_at timestamptz[],
  out loss_reported_at timestamptz[], out loss_version bigint[], out cash_account_id bigint[], out subsidy_account_id bigint[],
  out surcharge_fen bigint[])
language sql stable security definer set search_path from current
as $$
  select array_agg(c.id order by i.ord), array_agg(c.state order by i.ord), array_agg(c.expires_on order by i.ord),
    array_agg(c.cancelled_at order by i.ord), array_agg(c.loss_reported_at order by i.ord), array_agg(c.loss_version order by i.ord),
    array_agg(p.cash_account_id order by i.ord), array_agg(p.subsidy_account_id order by i.ord),
    array_agg(case when c.kind = 'temporary' then round(i.amount_fen * p_surcharge_bp::numeric / 10000)::bigint else 0 end
      order by i.ord)
  from unnest(p_card_no, p_amount_fen) with ordinality as i (card_no, amount_fen, ord)
  left join cards_card as c on c.card_no = i.card_no
  left join people_person as p on p.id = c.person_id
$$;

revoke all on function purchases_facts_v2 from public;
