-- B2: every blacklist version, the head among them, carries the count and the checksum of the set of cards that are on it.
select version, listed_count, right_count, checksum, right_checksum
from (
  select t.version, t.listed_count, t.checksum,
    sum(t.is_listed::integer - t.was_listed::integer) over up_to_here as right_count,
    bit_xor(case when t.is_listed <> t.was_listed then cards_blacklist_term_v1(t.card_no) else 0 end) over up_to_here
      as right_checksum
  from (
    select b.*, coalesce(lag(b.is_listed) over (partition by b.card_no order by b.version), false) as was_listed
    from cards_blacklistchange as b
  ) as t
  window up_to_here as (order by t.version)
) as summed
where listed_count <> right_count or checksum <> right_checksum
