-- Of the cards reported lost in a term, those that were replaced sooner than `wait` after the report: how many, and how many
-- hours longer their holders would have been without a card.
select count(*) as replaced,
  coalesce(sum(extract(epoch from old.loss_reported_at + %(wait)b::interval - new.issued_at) / 3600), 0)::bigint as hours
from cards_card as old
join cards_card as new on new.id = old.replaced_by_id
where old.loss_reported_at >= %(since)b::timestamptz and old.loss_reported_at < %(until)b::timestamptz
  and new.issued_at < old.loss_reported_at + %(wait)b::interval
