-- Writes what is private of people; null says nothing and leaves what is there.
insert into people_particulars as q (person_id, id_number, id_digest, phone, phone_digest, born_on)
select * from unnest(%(person)b::bigint[], %(id_number)b::bytea[], %(id_digest)b::bytea[], %(phone)b::bytea[],
  %(phone_digest)b::bytea[], %(born_on)b::date[])
on conflict (person_id) do update
set id_number = coalesce(excluded.id_number, q.id_number), id_digest = coalesce(excluded.id_digest, q.id_digest),
  phone = coalesce(excluded.phone, q.phone), phone_digest = coalesce(excluded.phone_digest, q.phone_digest),
  born_on = coalesce(excluded.born_on, q.born_on)
