-- U1: every closed business day, and no other, has its sums kept.
select coalesce(b.date, d.business_date) as day, b.state
from ledger_businessday as b
full join rollups_day as d on d.business_date = b.date
where (b.state = 'closed') is distinct from (d.business_date is not null)
