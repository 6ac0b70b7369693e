-- ST1: a statement opens where the merchant's statement before it closed: with its balance, after its last transfer and its last day.
select s.id as statement_id, s.opening_fen, b.closing_fen
from settlement_statement as s
left join settlement_statement as b on b.id = s.previous_id
where (s.number, s.opening_fen, s.after_id) is distinct from (coalesce(b.number, 0) + 1, coalesce(b.closing_fen, 0), coalesce(b.last_id, 0))
  or b.merchant_id <> s.merchant_id or s.first_day <= b.last_day
