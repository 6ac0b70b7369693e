-- Collected records of cards reported lost in a term that came in later than `wait` after the report, when the replacement may
-- have been spending from the same purses already: how many, their money, and what of it the centre bore.
select count(*) as records, coalesce(sum(p.amount_fen), 0)::bigint as amount_fen, coalesce(sum(p.lost_fen), 0)::bigint as lost_fen
from purchases_purchase as p
join cards_card as c on c.id = p.card_id
where p.id >= %(first_id)b::bigint and p.mode = 2 and p.outcome in (30, 31)
  and c.loss_reported_at >= %(since)b::timestamptz and c.loss_reported_at < %(until)b::timestamptz
  and p.received_at > c.loss_reported_at + %(wait)b::interval
