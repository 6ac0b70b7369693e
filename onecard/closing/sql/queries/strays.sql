-- Transfers that no sealed day's range covers and that are not the open day's: between two ranges, before the first, or after the
-- last with another business date.
with range as (
  select first_id, last_id, coalesce(lag(last_id) over (order by first_id), -9223372036854775808) as before_id
  from closing_seal where first_id is not null
)
(select t.id as transfer_id, t.business_date
 from range as r cross join lateral (
   select id, business_date from ledger_transfer where id > r.before_id and id < r.first_id order by id limit %(limit)s
 ) as t)
union all
(select t.id, t.business_date
 from ledger_transfer as t
 where t.id > coalesce((select max(last_id) from closing_seal), -9223372036854775808)
   and t.business_date is distinct from (select date from ledger_businessday where state = 'open')
 order by t.id limit %(limit)s)
limit %(limit)s
