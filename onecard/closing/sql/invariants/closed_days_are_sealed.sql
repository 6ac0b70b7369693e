-- C1: every closed day has a seal with the same range and a report, and no other day has one.
select coalesce(b.date, s.business_date) as day, b.state, s.hash
from ledger_businessday as b
full join closing_seal as s on s.business_date = b.date
left join closing_dayreport as r on r.report_no = s.report_id
where (b.state = 'closed') is distinct from (s.business_date is not null)
   or (s.business_date is not null
     and ((s.first_id, s.last_id) is distinct from (b.first_transfer_id, b.last_transfer_id)
       or r.business_date is distinct from s.business_date))
