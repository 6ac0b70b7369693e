-- Reversals are never changed, deleted or emptied, by nobody: they decide what a late original is told (DESIGN §4.3).
create or replace trigger append_only before update or delete or truncate on purchases_reversal
  for each statement execute function kernel_refuse_change_v1();
