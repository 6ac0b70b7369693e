-- The next lines of a roster after %(after)b that say something private of people who are new or changed, with whom they say it of.
select l.line, p.id, l.id_number, l.id_digest, l.phone, l.phone_digest, l.born_on
from people_rosterline as l join people_person as p on p.person_no = l.person_no
where l.roster_id = %(roster)b and l.finding in ('new', 'changed') and l.line > %(after)b
  and (l.id_digest is not null or l.phone_digest is not null or l.born_on is not null)
order by l.line limit %(limit)b::bigint
