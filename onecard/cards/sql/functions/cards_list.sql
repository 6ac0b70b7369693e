-- Writes changes of the blacklist: a card each, with its new state as the reason, and returns the newest version (0: no list yet).
-- A card that is listed, or not listed, as before and for the same reason is passed over. Each number at most once a call.
--
-- The lock is held until commit, so that versions become visible in their order: who has version 6 knows the cards of version 5.
-- Callers hold the cards' rows already; after this comes only the audit chain's lock.
create or replace function cards_list_v1(p_card_no bigint[], p_is_listed boolean[], p_reason smallint[], p_at timestamptz)
returns bigint
language plpgsql volatile security definer set search_path from current
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off -- a plan made for a short list stays good for a long one
as $$
declare
  v_count integer;
  v_checksum bigint;
begin
  if (select count(distinct n) < count(*) from unnest(p_card_no) as n) then
    raise exception 'a card is named twice in one call' using errcode = 'OC005';
  end if;
  perform pg_advisory_xact_lock('cards_blacklist_version'::regclass::oid::bigint);
  select b.listed_count, b.checksum into v_count, v_checksum from cards_blacklistchange as b order by b.version desc limit 1;

  with asked as (
    select i.ord, i.card_no, i.is_listed, i.reason, c.id as card_id, l.reason as last_reason,
      coalesce(l.is_listed, false) as was_listed
    from unnest(p_card_no, p_is_listed, p_reason) with ordinality as i (card_no, is_listed, reason, ord)
    left join cards_card as c on c.card_no = i.card_no
    left join lateral (
      select b.is_listed, b.reason from cards_blacklistchange as b where b.card_no = i.card_no order by b.version desc limit 1
    ) as l on true
  ), changed as (
    select a.*,
      sum(a.is_listed::integer - a.was_listed::integer) over up_to_here as more,
      bit_xor(case when a.is_listed <> a.was_listed then cards_blacklist_term_v1(a.card_no) else 0 end) over up_to_here as turned
    from asked as a
    where a.was_listed is distinct from a.is_listed or (a.is_listed and a.last_reason is distinct from a.reason)
    window up_to_here as (order by a.ord)
    order by a.ord
  )
  insert into cards_blacklistchange (version, card_id, card_no, is_listed, reason, changed_at, listed_count, checksum)
  select nextval('cards_blacklist_version'), c.card_id, c.card_no, c.is_listed, c.reason, p_at,
    coalesce(v_count, 0) + c.more, coalesce(v_checksum, 0) # c.turned
  from changed as c;

  return coalesce((select max(b.version) from cards_blacklistchange as b), 0);
end
$$;
