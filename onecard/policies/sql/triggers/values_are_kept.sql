-- What was in force stays in force for its days: a value is only ever withdrawn, once, and a policy never changes.
create or replace trigger decided_once before update or delete on policies_policyvalue
  for each row execute function kernel_decide_once_v1('withdrawn_on', 'withdrawn_by', 'withdrawal_reason');

create or replace trigger never_emptied before truncate on policies_policyvalue
  for each statement execute function kernel_refuse_change_v1();

create or replace trigger append_only before update or delete or truncate on policies_adoptedpolicy
  for each statement execute function kernel_refuse_change_v1();
