-- Number and sum of the transfers of a range.
select count(*) as transfers, coalesce(sum(amount_fen), 0)::bigint as sum_fen
from ledger_transfer where id between %(first_id)s and %(last_id)s
