-- Purse subjects that do not stand at a month's end, account by account, where opening + in - out leads; and the opening, when it is
-- not what the month before closed with.
with kept as (
  select side.subject, sum(side.fen) filter (where m.business_date < %(since)b::date) as opening_fen, sum(side.fen) as closing_fen
  from rollups_movement as m
  cross join lateral (values (m.debit_subject, -m.amount_fen), (m.credit_subject, m.amount_fen)) as side (subject, fen)
  where m.business_date <= %(until)b::date and side.subject between 2001 and 2003
  group by side.subject
), accounts as (
  select a.subject, sum(o.balance_fen) as closing_fen
  from ledger_account as a
  cross join lateral (
    select b.balance_fen from ledger_daybalance as b
    where b.account_id = a.id and b.business_date <= %(until)b::date
    order by b.business_date desc limit 1
  ) as o
  where a.subject between 2001 and 2003
  group by a.subject
)
select 'closing' as what, coalesce(k.subject, a.subject) as subject, k.closing_fen as expected_fen, a.closing_fen as found_fen
from kept as k
full join accounts as a on a.subject = k.subject
where k.closing_fen is distinct from a.closing_fen
union all
select 'opening', null, c.books_fen, (select coalesce(sum(opening_fen), 0) from kept)
from months_monthclose as c
where c.last_day = %(since)b::date - 1 and c.books_fen <> (select coalesce(sum(opening_fen), 0) from kept)
order by 1, 2
