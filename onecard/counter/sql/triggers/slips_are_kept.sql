-- Slips and counts are what clerk and customer have in their hands: never changed, never deleted.
create or replace trigger append_only before update or delete or truncate on counter_slip
  for each statement execute function kernel_refuse_change_v1();

create or replace trigger append_only before update or delete or truncate on counter_drawercount
  for each statement execute function kernel_refuse_change_v1();
