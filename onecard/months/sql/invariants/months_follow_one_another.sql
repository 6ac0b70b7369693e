-- N1: closed months follow one another day upon day, each opens with what the one before closed with, and all their days are closed.
select m.month, m.first_day, m.opening_fen, m.last_day_before, m.books_before_fen
from (
  select month, first_day, opening_fen, lag(last_day) over w as last_day_before, lag(books_fen) over w as books_before_fen
  from months_monthclose
  window w as (order by month)
) as m
where m.last_day_before <> m.first_day - 1 or m.books_before_fen <> m.opening_fen
union all
select m.month, b.date, null, null, null
from months_monthclose as m
join ledger_businessday as b on b.date between m.first_day and m.last_day and b.state <> 'closed'
