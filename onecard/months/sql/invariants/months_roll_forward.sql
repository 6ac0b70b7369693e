-- N2: a closed month's figures are those of its transfers: number, what entered and left the purses, and the balance it closed with.
with days as (
  select m.month, min(b.first_transfer_id) as first_id, max(b.last_transfer_id) as last_id
  from months_monthclose as m
  join ledger_businessday as b on b.date between m.first_day and m.last_day
  group by m.month
), found as (
  select d.month, sum(k.transfers) as transfers,
    sum(k.amount_fen) filter (where k.credit_subject between 2001 and 2003 and k.debit_subject not between 2001 and 2003) as in_fen,
    sum(k.amount_fen) filter (where k.debit_subject between 2001 and 2003 and k.credit_subject not between 2001 and 2003) as out_fen
  from days as d
  cross join lateral rollups_movements_v1(d.first_id, d.last_id) as k
  group by d.month
)
select m.month, m.transfers, f.transfers as found, m.in_fen, f.in_fen as found_in_fen, m.out_fen, f.out_fen as found_out_fen
from months_monthclose as m
left join found as f on f.month = m.month
where (m.transfers, m.in_fen, m.out_fen) <> (coalesce(f.transfers, 0), coalesce(f.in_fen, 0), coalesce(f.out_fen, 0))
  or m.books_fen <> (select coalesce(sum(value::bigint), 0) from jsonb_each_text(m.purses))
