-- Purchases of an id range: how many were online, how many of them a single and a day limit ask the PIN for, and the money of
-- those. What a card spent before on the same business day counts, online or collected. Every `step`-th card is looked at.
select count(*) as purchases, count(*) filter (where asks) as asked,
  coalesce(sum(amount_fen) filter (where asks), 0)::bigint as asked_fen
from (
  select mode, amount_fen, amount_fen > %(single_fen)b::bigint
    or sum(amount_fen) over (partition by card_id, business_date order by id) > %(day_fen)b::bigint as asks
  from purchases_purchase
  where id between %(first_id)b::bigint and %(last_id)b::bigint and outcome in (10, 30, 31) and card_id %% %(step)b::bigint = 0
) as p
where mode = 1
