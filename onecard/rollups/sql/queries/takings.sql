-- Takings of the business days since to until, the open one as it stands, in one pass: by day, by merchant's account, by quarter
-- hour, by weekday and hour. `what` says which; late ones have no quarter and no hour. Of one merchant's account, or of all.
with taking as (
  select business_date, account_id, quarter, purchases, reversals, amount_fen
  from rollups_takings where business_date between %(since)b::date and %(until)b::date
  union all
  select k.business_date, k.account_id, k.quarter, k.purchases, k.reversals, k.amount_fen
  from ledger_businessday as b, rollups_range_of_day_v1(b.date) as r, rollups_takings_v1(r.o_first, r.o_last, %(zone)t) as k
  where b.state = 'open' and b.date between %(since)b::date and %(until)b::date
), spread as (
  select business_date, account_id, nullif(quarter, -1)::int as quarter, extract(isodow from business_date)::int as weekday,
    (nullif(quarter, -1) / 4)::int as hour, purchases, reversals, amount_fen
  from taking
  where %(account)b::bigint is null or account_id = %(account)b::bigint
)
select grouping(business_date, account_id, quarter, weekday) as what, business_date, account_id, quarter, weekday, hour,
  sum(purchases)::bigint, sum(reversals)::bigint, sum(amount_fen)::bigint
from spread
group by grouping sets ((business_date), (account_id), (quarter), (weekday, hour))
order by 1, 2, 3, 4, 5, 6
