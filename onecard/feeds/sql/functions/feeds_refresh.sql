-- Brings what a consumer is told up to date: rows that changed get the number of the coming delivery. Who is present and of its kinds
-- is told, with the consumer's fields and no other; a number that is nobody's of them any more loses the content. Returns how many changed.
create or replace function feeds_refresh_v1(p_consumer bigint, p_number integer) returns integer
language sql volatile set search_path from current set enable_nestloop = off
as $$
  with told as (
    select c.kinds, array(select unnest(array['full_name', 'kind', 'unit', 'valid_until', 'card_no']) except select unnest(c.fields))
      as left_out
    from feeds_consumer as c where c.id = p_consumer
  ), cards as (
    -- The card that is in use: issued and lost ones open no door.
    select k.person_id, min(k.card_no) as card_no from cards_card as k where k.state = 2 and k.kind = 'formal' group by k.person_id
  ), now_told as (
    select p.person_no, jsonb_build_object('full_name', p.full_name, 'kind', p.kind, 'unit', p.unit,
      'valid_until', p.valid_until, 'card_no', cards.card_no) - told.left_out as content
    from told join people_person as p on p.kind = any (told.kinds) and p.state = 'present'
    left join cards on cards.person_id = p.id
  ), changed as (
    select coalesce(n.person_no, e.person_no) as person_no, n.content
    from now_told as n
    full join (select * from feeds_entry where consumer_id = p_consumer) as e on e.person_no = n.person_no
    where n.content is distinct from e.content
  ), kept as (
    insert into feeds_entry (consumer_id, person_no, content, number)
    select p_consumer, c.person_no, c.content, p_number from changed as c
    on conflict (consumer_id, person_no) do update set content = excluded.content, number = excluded.number
    returning 1
  )
  select count(*)::integer from kept
$$;
