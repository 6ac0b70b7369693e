-- The audit log only grows; nobody changes, deletes or empties it (DESIGN §6).
create or replace function audit_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % refused', tg_table_name, tg_op using errcode = 'OC004';
end
$$;

create or replace trigger append_only before update or delete or truncate on audit_event
  for each statement execute function audit_refuse_change();
