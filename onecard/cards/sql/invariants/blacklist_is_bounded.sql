-- B4: the blacklist is no longer than terminals are promised (cards.types.MAX_LISTED).
select version, listed_count from (
  select b.version, b.listed_count from cards_blacklistchange as b order by b.version desc limit 1
) as head
where listed_count > 1000000
