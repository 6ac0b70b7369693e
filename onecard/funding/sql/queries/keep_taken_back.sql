-- Writes what was taken back of subsidies: of what was in a purse, or of what nobody had collected.
update funding_subsidygrant as g
set state = case g.state when 'granted' then 'taken_back' else 'lapsed' end, taken_back_fen = n.taken_back_fen, ended_at = %(at)b
from unnest(%(grants)b::bigint[], %(taken)b::bigint[]) as n (id, taken_back_fen)
where g.id = n.id
