-- What one card adds to the blacklist's checksum: the first 8 bytes of SHA-256 of its number. The same in cards/rules.py.
create or replace function cards_blacklist_term_v1(p_card_no bigint) returns bigint
language sql immutable strict parallel safe
as $$
  select ('x' || encode(substr(sha256(int8send(p_card_no)), 1, 8), 'hex'))::bit(64)::bigint
$$;
