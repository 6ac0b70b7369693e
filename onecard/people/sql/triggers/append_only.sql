create or replace trigger append_only before update or delete or truncate on people_personchange
  for each statement execute function kernel_refuse_change_v1();
