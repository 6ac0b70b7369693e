-- Transfers in the open day's range that carry another business date.
select id as transfer_id, business_date
from ledger_transfer
where id between %(first_id)s and %(last_id)s and business_date <> %(day)s
order by id
limit %(limit)s
