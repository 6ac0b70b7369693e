-- U2: a closed day's movements are the sums of its transfers, and the day's totals are theirs.
with kept as (
  select business_date, kind, source_id, debit_subject, credit_subject, debit_unit_id, credit_unit_id, transfers, amount_fen
  from rollups_movement
), ledger as (
  select m.*
  from (select min(first_transfer_id), max(last_transfer_id) from ledger_businessday where state = 'closed') as r (first_id, last_id)
  cross join lateral rollups_movements_v1(r.first_id, r.last_id) as m
)
(select 'only kept' as found, k.* from (select * from kept except select * from ledger) as k)
union all
(select 'only in the ledger', l.* from (select * from ledger except select * from kept) as l)
union all
(select 'not the day''s total', d.business_date, null, null, null, null, null, null, d.transfers, d.sum_fen
 from rollups_day as d
 left join (select business_date, sum(transfers) as transfers, sum(amount_fen) as sum_fen from rollups_movement group by 1) as m
   on m.business_date = d.business_date
 where (d.transfers, d.sum_fen) <> (coalesce(m.transfers, 0), coalesce(m.sum_fen, 0)))
