-- Purchases of an id range with temporary cards that the holder paid and no terminal took back: how many, their prices, and what a
-- rate would have put on top of each, rounded half up.
select count(*), coalesce(sum(p.amount_fen), 0)::bigint,
  coalesce(sum(round(p.amount_fen * %(surcharge_bp)b::numeric / 10000)), 0)::bigint
from purchases_purchase as p
join cards_card as c on c.id = p.card_id
where p.id between %(first_id)b::bigint and %(last_id)b::bigint and p.outcome in (10, 30, 31) and p.lost_fen = 0
  and c.kind = 'temporary' and not exists (
    select from purchases_reversal as r
    where r.terminal_id = p.terminal_id and r.batch_no = p.batch_no and r.seq = p.seq)
