-- N3: a month closed with finance's newest balance: it is the centre's, or the items of its reconciliation are the difference.
select m.month, m.books_fen, m.finance_fen, r.difference_fen, i.sum_fen
from months_monthclose as m
join months_financefigure as f on f.id = m.figure_id
left join months_reconciliation as r on r.id = m.reconciliation_id
left join lateral (
  select sum(amount_fen) as sum_fen from months_reconciliationline as l where l.reconciliation_id = r.id
) as i on true
where f.month <> m.month or f.payable_fen <> m.finance_fen
  or exists (select from months_financefigure as n where n.month = m.month and n.id > f.id)
  or (r.id is not null and (r.month, r.books_fen, r.finance_fen) <> (m.month, m.books_fen, m.finance_fen))
union all
select r.month, r.books_fen, r.finance_fen, r.difference_fen, coalesce(i.sum_fen, 0)
from months_reconciliation as r
left join (select reconciliation_id, sum(amount_fen) as sum_fen from months_reconciliationline group by 1) as i
  on i.reconciliation_id = r.id
where r.difference_fen is distinct from i.sum_fen
