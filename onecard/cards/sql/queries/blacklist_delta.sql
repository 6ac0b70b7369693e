-- The net effect of the first changes after a version: the last of them, the numbers added and removed, count and checksum then.
-- Of what was before only the cards that changed are looked up.
with walked as materialized (
  select b.version, b.card_no, b.is_listed, b.listed_count, b.checksum
  from cards_blacklistchange as b
  where b.version > %(since)s::bigint order by b.version limit %(limit)s::bigint
), last_of_card as (
  select distinct on (w.card_no) w.card_no, w.is_listed from walked as w order by w.card_no, w.version desc
), net as (
  select l.card_no, l.is_listed
  from last_of_card as l
  left join lateral (
    select b.is_listed from cards_blacklistchange as b
    where b.card_no = l.card_no and b.version <= %(since)s::bigint order by b.version desc limit 1
  ) as before on true
  where l.is_listed <> coalesce(before.is_listed, false)
)
select w.version,
  coalesce((select array_agg(n.card_no order by n.card_no) from net as n where n.is_listed), '{}'),
  coalesce((select array_agg(n.card_no order by n.card_no) from net as n where not n.is_listed), '{}'),
  w.listed_count, w.checksum
from walked as w order by w.version desc limit 1
