-- Net takings of the transfers first to last by merchant and by the hour on campus at which the purchase happened: purchases less
-- what terminals reversed. The hour is null when the purchase happened on another date (records that came late).
with taking as (
  select s.account_id, case when h.happened::date = %(day)s then extract(hour from h.happened)::int end as hour,
    count(*) filter (where s.is_purchase) as purchases, count(*) filter (where s.is_reversal) as reversals,
    sum(s.amount_fen)::bigint as amount_fen
  from rollups_sold_v1(%(first_id)s, %(last_id)s) as s
  cross join lateral (select s.occurred_at at time zone %(zone)s) as h (happened)
  group by 1, 2
)
select m.id as merchant_id, coalesce(m.name, '') as merchant, t.hour, t.purchases, t.reversals, t.amount_fen
from taking as t left join merchants_merchant as m on m.payable_account_id = t.account_id
order by m.code, t.hour
