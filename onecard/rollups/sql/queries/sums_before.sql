-- Debits and credits by subject of all closed business days before a day.
select side.subject, sum(side.debits_fen)::bigint, sum(side.credits_fen)::bigint
from rollups_movement as m
cross join lateral (values (m.debit_subject, m.amount_fen, 0), (m.credit_subject, 0, m.amount_fen))
  as side (subject, debits_fen, credits_fen)
where m.business_date < %(day)b::date
group by side.subject
order by side.subject
