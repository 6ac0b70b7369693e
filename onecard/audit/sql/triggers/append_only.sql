-- The audit log only grows; nobody changes, deletes or empties it (DESIGN §6).
create or replace trigger append_only before update or delete or truncate on audit_event
  for each statement execute function kernel_refuse_change_v1();
