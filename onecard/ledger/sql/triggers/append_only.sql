-- Transfers and closed days' balances are never changed, deleted or emptied, by nobody (DESIGN §4.3). The application's role lacks
-- the privilege as well; this stops the owner. A held record is settled once and otherwise stays as it came (DESIGN §4.5).
create or replace trigger append_only before update or delete or truncate on ledger_transfer
  for each statement execute function kernel_refuse_change_v1();

create or replace trigger append_only before update or delete or truncate on ledger_daybalance
  for each statement execute function kernel_refuse_change_v1();

create or replace trigger never_emptied before truncate on ledger_businessday
  for each statement execute function kernel_refuse_change_v1();

create or replace function ledger_refuse_reopening() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if old.state = 'open' then return new; end if;
  end if;
  raise exception 'a closed business day does not change' using errcode = 'OC004';
end
$$;

create or replace trigger closed_for_good before update or delete on ledger_businessday
  for each row execute function ledger_refuse_reopening();

create or replace trigger settled_once before update or delete on ledger_heldrecord
  for each row execute function kernel_decide_once_v1('settled_at', 'settled_by', 'settled_as', 'settlement');

create or replace trigger never_emptied before truncate on ledger_heldrecord
  for each statement execute function kernel_refuse_change_v1();
