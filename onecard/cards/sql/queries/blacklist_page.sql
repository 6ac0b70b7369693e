-- The cards on the blacklist as of a version, in number order, after a number.
select l.card_no
from (
  select distinct on (b.card_no) b.card_no, b.is_listed
  from cards_blacklistchange as b
  where b.card_no > %(after_card_no)s::bigint and b.version <= %(version)s::bigint
  order by b.card_no, b.version desc
) as l
where l.is_listed order by l.card_no limit %(limit)s::bigint
