-- The lines of statements are never changed, deleted or emptied, by nobody: they are what was confirmed, approved and paid.
create or replace trigger append_only before update or delete or truncate on settlement_line
  for each statement execute function kernel_refuse_change_v1();
