-- ST3: a statement's lines add up to its sales, reversals and corrections.
select s.id as statement_id
from settlement_statement as s
left join lateral (
  select sum(l.amount_fen) filter (where l.part = 1) as sales_fen, sum(l.amount_fen) filter (where l.part = 2) as reversals_fen,
    sum(l.amount_fen) filter (where l.part = 3) as corrections_fen
  from settlement_line as l where l.statement_id = s.id
) as l on true
where (s.sales_fen, s.reversals_fen, s.corrections_fen)
  <> (coalesce(l.sales_fen, 0), coalesce(l.reversals_fen, 0), coalesce(l.corrections_fen, 0))
