-- For tables that only grow: a statement trigger that refuses UPDATE, DELETE and TRUNCATE, whoever asks (DESIGN §4.3, §6).
create or replace function kernel_refuse_change_v1() returns trigger
language plpgsql
as $$
begin
  raise exception '% is append-only: % refused', tg_table_name, tg_op
    using errcode = 'OC004', hint = 'what is wrong is put right by adding, never by changing';
end
$$;
