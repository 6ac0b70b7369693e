-- Trial balance (试算平衡) by subject for the business day given: a closed day from its kept day balances, the open day live.
-- Opening balances are each account's last kept balance before the day.
with day as (
  select date, state, first_transfer_id, last_transfer_id from ledger_businessday where date = %s
), open_range as (
  select r.first_id, r.last_id from day, ledger_range_of_open_day_v1() as r where day.state = 'open'
), movement as (
  select b.account_id, b.debits_fen, b.credits_fen
  from ledger_daybalance as b join day on b.business_date = day.date
  union all
  select m.account_id, m.debits_fen, m.credits_fen
  from open_range as r, ledger_movements_v1(r.first_id, r.last_id) as m
), opening as (
  select distinct on (b.account_id) b.account_id, b.balance_fen
  from ledger_daybalance as b, day
  where b.business_date < day.date
  order by b.account_id, b.business_date desc
)
select a.subject,
  coalesce(sum(o.balance_fen), 0)::bigint as opening_fen,
  coalesce(sum(m.debits_fen), 0)::bigint as debits_fen,
  coalesce(sum(m.credits_fen), 0)::bigint as credits_fen,
  (coalesce(sum(o.balance_fen), 0) + coalesce(sum(a.side * (m.debits_fen - m.credits_fen)), 0))::bigint as closing_fen
from ledger_account as a
left join opening as o on o.account_id = a.id
left join movement as m on m.account_id = a.id
where o.account_id is not null or m.account_id is not null
group by a.subject
order by a.subject
