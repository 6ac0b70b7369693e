-- AL1: the list of allowances carries the count and the checksum of the cards that have one, and no version is above its own.
select l.version, l.listed_count, s.listed_count as right_count, l.checksum, s.checksum as right_checksum, s.version as last_version
from allowances_allowancelist as l
cross join (
  select count(*) filter (where a.allowance_fen > 0) as listed_count,
    coalesce(bit_xor(allowances_term_v1(a.card_no, a.allowance_fen)), 0) as checksum, coalesce(max(a.version), 0) as version
  from allowances_allowance as a
) as s
where (l.listed_count, l.checksum) <> (s.listed_count, s.checksum) or s.version > l.version
