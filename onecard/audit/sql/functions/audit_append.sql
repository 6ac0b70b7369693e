-- Appends an event to the chain. The lock makes order of ids, of times and of hashes one and the same; it is held until commit, so
-- callers append last in their transaction.
create or replace function audit_append_v1(
  p_actor_id bigint, p_actor_name text, p_action text, p_subject text, p_payload_digest bytea, p_outcome text,
  p_request_id text) returns bigint
language plpgsql volatile security definer set search_path from current
as $$
declare
  v_event audit_event;
begin
  perform pg_advisory_xact_lock('audit_event'::regclass::oid::bigint);
  v_event.id := nextval(pg_get_serial_sequence('audit_event', 'id'));
  v_event.at := clock_timestamp();
  v_event.actor_id := p_actor_id;
  v_event.actor_name := left(p_actor_name, 150);
  v_event.action := p_action;
  v_event.subject := left(p_subject, 200);
  v_event.payload_digest := p_payload_digest;
  v_event.outcome := left(p_outcome, 80);
  v_event.request_id := left(p_request_id, 64);
  v_event.previous_hash := coalesce((select hash from audit_event order by id desc limit 1), '\x');
  v_event.hash := audit_hash_v1(v_event);
  insert into audit_event select (v_event).*;
  return v_event.id;
end
$$;
