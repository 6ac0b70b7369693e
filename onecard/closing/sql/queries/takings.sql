-- The day's takings by merchant and terminal, net: purchases less what terminals reversed.
with taking as (
  select source_id, account_id, count(*) filter (where is_purchase) as purchases, count(*) filter (where is_reversal) as reversals,
    sum(amount_fen)::bigint as amount_fen
  from rollups_sold_v1(%(first_id)s, %(last_id)s)
  group by source_id, account_id
)
select coalesce(m.code, '') as merchant, coalesce(m.name, '') as merchant_name, coalesce(t.code, s.name) as terminal,
  k.purchases, k.reversals, k.amount_fen
from taking as k
left join merchants_merchant as m on m.payable_account_id = k.account_id
left join terminals_terminal as t on t.source_id = k.source_id
left join ledger_source as s on s.id = k.source_id
order by m.code, t.code, k.source_id
