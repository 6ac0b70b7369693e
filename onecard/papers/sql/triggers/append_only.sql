-- A paper that was issued, and a signature under it, stay as they are; a correction is a new version.
create or replace trigger append_only before update or delete or truncate on papers_paper
  for each statement execute function kernel_refuse_change_v1();

create or replace trigger append_only before update or delete or truncate on papers_signature
  for each statement execute function kernel_refuse_change_v1();
