-- Closed business days whose sums are not kept.
select b.date from ledger_businessday as b
where b.state = 'closed' and not exists (select from rollups_day as d where d.business_date = b.date)
order by b.date
