-- The blacklist's changes are never changed, deleted or emptied, by nobody: terminals hold the versions that they downloaded.
create or replace trigger append_only before update or delete or truncate on cards_blacklistchange
  for each statement execute function kernel_refuse_change_v1();
-- Neither is the history of cards, nor a movement of the stock book: a slip of the pen is put right by another movement.
create or replace trigger append_only before update or delete or truncate on cards_cardstep
  for each statement execute function kernel_refuse_change_v1();
create or replace trigger append_only before update or delete or truncate on cards_stockmovement
  for each statement execute function kernel_refuse_change_v1();
