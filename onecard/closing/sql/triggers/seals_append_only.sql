-- Seals, their keys and day reports are never changed, deleted or emptied, by nobody (DESIGN §4.3, §4.8).
create or replace trigger append_only before update or delete or truncate on closing_seal
  for each statement execute function kernel_refuse_change_v1();

create or replace trigger append_only before update or delete or truncate on closing_dayreport
  for each statement execute function kernel_refuse_change_v1();

create or replace trigger append_only before update or delete or truncate on closing_sealkey
  for each statement execute function kernel_refuse_change_v1();
