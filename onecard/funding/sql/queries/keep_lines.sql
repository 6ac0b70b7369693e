-- Writes what was found about lines of a bank file, and what was done; an update row by row would be slow.
update funding_bankline as l
set person_id = n.person_id, booked_fen = n.booked_fen, finding = n.finding, state = n.state, held_id = n.held_id
from unnest(%(ids)b::bigint[], %(people)b::bigint[], %(booked)b::bigint[], %(findings)t::text[], %(states)t::text[], %(held)b::bigint[])
  as n (id, person_id, booked_fen, finding, state, held_id)
where l.id = n.id
