-- Keeps what could not be booked, once for the same content (DESIGN §4.5).
create or replace function ledger_hold_v1(
  p_source bigint[], p_seq bigint[], p_reason text[], p_raw jsonb[], p_owner_post text, p_received_at timestamptz
) returns void
language sql volatile security definer set search_path from current
as $$
  insert into ledger_heldrecord (
    source_id, source_seq, reason, raw, digest, owner_post, received_at, settled_by, settlement)
  select source_id, source_seq, reason, raw, sha256(convert_to(raw::text, 'UTF8')), p_owner_post, p_received_at, '', ''
  from unnest(p_source, p_seq, p_reason, p_raw) as h (source_id, source_seq, reason, raw)
  order by source_id, source_seq
  on conflict do nothing
$$;
