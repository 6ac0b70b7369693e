-- FS2: a subsidy that is, or was, in a purse is one transfer of the subsidies' source under its id; what was taken back of it is one
-- under minus the id; and the source has booked nothing else.
with booked as (
  select t.source_seq, t.kind, t.amount_fen
  from ledger_transfer as t
  join ledger_source as s on s.id = t.source_id and s.kind = 'job' and s.name = 'subsidies'
), wanted as (
  select id as source_seq, 4 as kind, amount_fen from funding_subsidygrant where state in ('granted', 'taken_back')
  union all
  select -id, 5, taken_back_fen from funding_subsidygrant where taken_back_fen > 0
)
select w.source_seq as wanted, b.source_seq as booked, w.amount_fen as wanted_fen, b.amount_fen as booked_fen
from wanted as w
full join booked as b on b.source_seq = w.source_seq
where b.source_seq is null or w.source_seq is null or b.kind <> w.kind or b.amount_fen <> w.amount_fen
