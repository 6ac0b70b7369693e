-- What one card adds to the checksum of the allowances; nothing when it has none. The same in allowances/rules.py.
create or replace function allowances_term_v1(p_card_no bigint, p_allowance_fen bigint) returns bigint
language sql immutable strict parallel safe
as $$
  select case when p_allowance_fen = 0 then 0 else
    ('x' || encode(substr(sha256(int8send(p_card_no) || int8send(p_allowance_fen)), 1, 8), 'hex'))::bit(64)::bigint end
$$;
