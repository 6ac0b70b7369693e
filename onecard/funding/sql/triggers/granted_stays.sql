-- What two people granted stays what they saw: once it is more than listed, a subsidy's person and problem never change.
create or replace trigger granted_stays before update of person_id, problem on funding_subsidygrant
  for each row when (old.state not in ('listed', 'left_out')) execute function kernel_refuse_change_v1();
