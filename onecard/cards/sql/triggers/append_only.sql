-- The blacklist's changes are never changed, deleted or emptied, by nobody: terminals hold the versions that they downloaded.
create or replace trigger append_only before update or delete or truncate on cards_blacklistchange
  for each statement execute function kernel_refuse_change_v1();
