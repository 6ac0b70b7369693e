-- Keeps what could not be booked, once for the same content (DESIGN §4.5). What a person has settled is not held anew when it
-- comes again, whatever the reason would be now.
create or replace function ledger_hold_v1(
  p_source bigint[], p_seq bigint[], p_reason text[], p_raw jsonb[], p_owner_post text, p_received_at timestamptz
) returns void
language sql volatile security definer set search_path from current
as $$
  insert into ledger_heldrecord (
    source_id, source_seq, reason, raw, digest, owner_post, received_at, settled_by, settled_as, settlement)
  select source_id, source_seq, reason, raw, sha256(convert_to(raw::text, 'UTF8')), p_owner_post, p_received_at, '', '', ''
  from unnest(p_source, p_seq, p_reason, p_raw) as h (source_id, source_seq, reason, raw)
  where not exists (
    select from ledger_heldrecord as o
    where o.source_id is not distinct from h.source_id and o.source_seq = h.source_seq and o.settled_at is not null
      and o.digest = sha256(convert_to(h.raw::text, 'UTF8')))
  order by source_id, source_seq
  on conflict do nothing
$$;
