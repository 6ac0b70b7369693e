-- Transfers and closed days' balances are never changed, deleted or emptied, by nobody (DESIGN §4.3). The application's role lacks
-- the privilege as well; this stops the owner.
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
