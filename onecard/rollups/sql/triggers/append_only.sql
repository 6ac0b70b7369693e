-- A closed day's sums are never changed, deleted or emptied, by nobody (DESIGN §4.3).
create or replace trigger append_only before update or delete or truncate on rollups_day
  for each statement execute function kernel_refuse_change_v1();

create or replace trigger append_only before update or delete or truncate on rollups_movement
  for each statement execute function kernel_refuse_change_v1();

create or replace trigger append_only before update or delete or truncate on rollups_takings
  for each statement execute function kernel_refuse_change_v1();
