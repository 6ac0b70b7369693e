-- For rows that wait for a person's decision: a row trigger that lets only the decision be written, and only once, and refuses
-- DELETE (DESIGN §4.5, §6). Its arguments name the decision's columns; the row is decided when the first of them is set.
create or replace function kernel_decide_once_v1() returns trigger
language plpgsql
as $$
begin
  if tg_op = 'UPDATE' then
    if to_jsonb(old) ->> tg_argv[0] is null and to_jsonb(new) - tg_argv::text[] = to_jsonb(old) - tg_argv::text[] then
      return new;
    end if;
  end if;
  raise exception '% keeps its content and is decided once: % refused', tg_table_name, tg_op
    using errcode = 'OC004', hint = 'what is wrong is put right by a new row, never by changing this one';
end
$$;
