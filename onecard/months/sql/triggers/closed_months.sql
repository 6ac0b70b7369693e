-- A closed month refuses every change (clause N3-3.6), whoever asks: none of its business days is opened, changed or taken away, no
-- figure and no reconciliation of it is added; and what says that it is closed stays.
create or replace function months_refuse_closed_day() returns trigger language plpgsql as $$
declare
  v_date date := case tg_op when 'DELETE' then old.date else new.date end;
begin
  if exists (select from months_monthclose where v_date between first_day and last_day)
      or (tg_op = 'UPDATE' and exists (select from months_monthclose where old.date between first_day and last_day)) then
    raise exception 'business day % is of a closed month', v_date
      using errcode = 'OC004', hint = 'what belongs to a closed month is booked on the open day, with its own time';
  end if;
  return case tg_op when 'DELETE' then old else new end;
end
$$;

create or replace trigger month_is_closed before insert or update or delete on ledger_businessday
  for each row execute function months_refuse_closed_day();

create or replace function months_refuse_closed_month() returns trigger language plpgsql as $$
begin
  if exists (select from months_monthclose where month = new.month) then
    raise exception 'month % is closed', to_char(new.month, 'YYYY-MM') using errcode = 'OC004';
  end if;
  return new;
end
$$;

create or replace trigger month_is_closed before insert on months_financefigure
  for each row execute function months_refuse_closed_month();

create or replace trigger month_is_closed before insert on months_reconciliation
  for each row execute function months_refuse_closed_month();

-- A month follows the one that was closed before it, day upon day, and closes when none of its days is open.
create or replace function months_refuse_gap() returns trigger language plpgsql as $$
begin
  if exists (select from months_monthclose where last_day >= new.first_day)
      or exists (select from months_monthclose having max(last_day) <> new.first_day - 1) then
    raise exception 'month % does not follow the one closed before it', to_char(new.month, 'YYYY-MM') using errcode = 'OC004';
  end if;
  if not exists (select from ledger_businessday where state = 'open' and date > new.last_day) then
    raise exception 'month % is not over', to_char(new.month, 'YYYY-MM') using errcode = 'OC004';
  end if;
  return new;
end
$$;

create or replace trigger month_follows before insert on months_monthclose
  for each row execute function months_refuse_gap();

create or replace trigger append_only before update or delete or truncate on months_monthclose
  for each statement execute function kernel_refuse_change_v1();

create or replace trigger append_only before update or delete or truncate on months_financefigure
  for each statement execute function kernel_refuse_change_v1();

create or replace trigger append_only before update or delete or truncate on months_reconciliation
  for each statement execute function kernel_refuse_change_v1();

create or replace trigger append_only before update or delete or truncate on months_reconciliationline
  for each statement execute function kernel_refuse_change_v1();
