-- The list as a whole and, in order of version, the first changes after a version; of the whole list (since 0) only what is on it.
with page as materialized (
  select a.card_no, a.allowance_fen, a.version
  from allowances_allowance as a
  where a.version > %(since)s::bigint and (a.allowance_fen > 0 or %(since)s::bigint > 0)
  order by a.version limit %(limit)s::bigint
)
select l.version, l.listed_count, l.checksum,
  coalesce((select array_agg(p.card_no order by p.version) from page as p), '{}'),
  coalesce((select array_agg(p.allowance_fen order by p.version) from page as p), '{}'),
  coalesce((select max(p.version) from page as p), 0)
from allowances_allowancelist as l
