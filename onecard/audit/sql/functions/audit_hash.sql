-- The hash of an event: SHA-256 over the hash before and the fields as a JSON array, which keeps them apart unambiguously.
create or replace function audit_hash_v1(e audit_event) returns bytea
language sql stable set search_path from current set timezone = 'UTC'
as $$
  select sha256(e.previous_hash || convert_to(jsonb_build_array(
    e.id, e.at, e.actor_id, e.actor_name, e.action, e.subject, encode(e.payload_digest, 'hex'), e.outcome, e.request_id
  )::text, 'UTF8'))
$$;
