-- U3: a closed day's takings by quarter hour are those of its transfers, in the time zone of its close.
with kept as (
  select business_date, account_id, quarter, purchases::bigint, reversals::bigint, amount_fen from rollups_takings
), ledger as (
  select k.*
  from rollups_day as d
  join ledger_businessday as b on b.date = d.business_date
  cross join lateral rollups_takings_v1(b.first_transfer_id, b.last_transfer_id, d.zone) as k
)
(select 'only kept' as found, k.* from (select * from kept except select * from ledger) as k)
union all
(select 'only in the ledger', l.* from (select * from ledger except select * from kept) as l)
