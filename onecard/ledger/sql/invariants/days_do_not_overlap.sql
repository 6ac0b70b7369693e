-- L4: a closed day's transfers are exactly those between its first and last id (DESIGN §4.7).
select b.date, count(*) as strays
from ledger_businessday as b
join ledger_transfer as t
  on (t.business_date = b.date) <> coalesce(t.id between b.first_transfer_id and b.last_transfer_id, false)
where b.state = 'closed'
group by b.date
