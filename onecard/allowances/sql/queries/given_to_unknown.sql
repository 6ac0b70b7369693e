-- For pairs of versions, of the blacklist and of the allowances: the most that such a list of allowances gives to the cards that are
-- listed now and unknown to such a blacklist. What it gives to a card that changed since is not kept: at most the cap; to a card
-- that was never on the list it gives nothing. Of more changes of the blacklist than `limit` only the newest are looked at.
select p.blacklist_version, p.version, coalesce(sum(g.fen), 0)::bigint
from unnest(%(blacklist_versions)s::bigint[], %(versions)s::bigint[]) as p (blacklist_version, version)
left join lateral (
  select case when a.version > p.version then %(cap_fen)s::bigint else a.allowance_fen end as fen
  from (
    select distinct on (c.card_no) c.card_no, c.is_listed
    from (
      select b.card_no, b.version, b.is_listed from cards_blacklistchange as b
      where b.version > p.blacklist_version order by b.version desc limit %(limit)s::bigint
    ) as c
    order by c.card_no, c.version desc
  ) as newest
  left join lateral (
    select b.is_listed from cards_blacklistchange as b
    where b.card_no = newest.card_no and b.version <= p.blacklist_version order by b.version desc limit 1
  ) as before on true
  join allowances_allowance as a on a.card_no = newest.card_no
  where newest.is_listed and before.is_listed is not true
) as g on true
group by p.blacklist_version, p.version
