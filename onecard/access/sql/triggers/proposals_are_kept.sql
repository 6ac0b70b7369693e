-- What was proposed is what is approved and what runs: only the decision is written, once; nothing is deleted (DESIGN §6).
create or replace trigger decided_once before update or delete on access_proposal
  for each row execute function kernel_decide_once_v1('decided_at', 'state', 'decided_by_id', 'note', 'outcome');

create or replace trigger never_emptied before truncate on access_proposal
  for each statement execute function kernel_refuse_change_v1();
