-- What moved on the business days since to until, the open one as it stands, without the units.
with movement as (
  select business_date, kind, source_id, debit_subject, credit_subject, transfers, amount_fen
  from rollups_movement where business_date between %(since)b::date and %(until)b::date
  union all
  select m.business_date, m.kind, m.source_id, m.debit_subject, m.credit_subject, m.transfers, m.amount_fen
  from ledger_businessday as b, rollups_range_of_day_v1(b.date) as r, rollups_movements_v1(r.o_first, r.o_last) as m
  where b.state = 'open' and b.date between %(since)b::date and %(until)b::date
)
select business_date, kind, source_id, debit_subject, credit_subject, sum(transfers)::bigint, sum(amount_fen)::bigint
from movement
group by 1, 2, 3, 4, 5
order by 1, 2, 4, 5, 3
