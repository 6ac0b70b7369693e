-- What the campus said of a day is history: the newest row counts, none is changed.
create or replace trigger append_only before update or delete or truncate on workdays_campusday
  for each statement execute function kernel_refuse_change_v1();
