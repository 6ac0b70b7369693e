-- What moved on the closed days since to until, with the merchants' accounts, without the sources.
select business_date, kind, debit_subject, credit_subject, debit_unit_id, credit_unit_id,
  sum(transfers)::bigint, sum(amount_fen)::bigint
from rollups_movement
where business_date between %(since)b::date and %(until)b::date
group by 1, 2, 3, 4, 5, 6
order by 1, 2, 3, 4, 5, 6
