-- Business days of a month whose transfers are not those that were sealed, by number and sum: one pass over the month's transfers.
with day as (
  select date, first_transfer_id, last_transfer_id from ledger_businessday
  where date between %(since)b::date and %(until)b::date
), found as (
  select business_date, count(*) as transfers, sum(amount_fen) as sum_fen
  from ledger_transfer
  where id between (select min(first_transfer_id) from day) and (select max(last_transfer_id) from day)
  group by business_date
)
select coalesce(d.date, f.business_date) as day, s.transfers as sealed, f.transfers as found, s.sum_fen as sealed_fen,
  f.sum_fen as found_fen
from day as d
full join found as f on f.business_date = d.date
left join closing_seal as s on s.business_date = d.date
where s.business_date is null
  or (s.transfers, s.sum_fen) is distinct from (coalesce(f.transfers, 0), coalesce(f.sum_fen, 0))
order by 1
limit 20
