-- C2: each seal names the hash of the day before it; the first one names zeros.
select s.business_date, s.previous_hash
from (
  select business_date, previous_hash, lag(hash, 1, repeat('0', 64)) over (order by business_date) as hash_before
  from closing_seal
) as s
where s.previous_hash <> s.hash_before
