-- Purchases of some id ranges (whole business days): how many were online, how many of them a single and a day limit ask the PIN
-- for, and the money of those. What a card spent before on the same business day counts, online or collected.
select count(*) as purchases, count(*) filter (where asks) as asked,
  coalesce(sum(amount_fen) filter (where asks), 0)::bigint as asked_fen
from (
  select p.mode, p.amount_fen, p.amount_fen > %(single_fen)b::bigint
    or sum(p.amount_fen) over (partition by p.card_id, p.business_date order by p.id) > %(day_fen)b::bigint as asks
  from unnest(%(first_ids)t::bigint[], %(last_ids)t::bigint[]) as r (first_id, last_id)
  join purchases_purchase as p on p.id between r.first_id and r.last_id
  where p.outcome in (10, 30, 31)
) as judged
where mode = 1
