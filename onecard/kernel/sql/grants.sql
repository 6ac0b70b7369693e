-- The application's role works in the campus's schema but owns nothing there. Rooms take back what their tables must not allow.
do $$
begin
  execute format('grant usage on schema %I to onecard_app', current_schema());
  execute format('grant select, insert, update, delete on all tables in schema %I to onecard_app', current_schema());
  execute format('grant usage on all sequences in schema %I to onecard_app', current_schema());
end
$$;
