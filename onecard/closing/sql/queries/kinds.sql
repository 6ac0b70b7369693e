-- The day's transfers by kind.
select kind, count(*) as transfers, sum(amount_fen)::bigint as sum_fen
from ledger_transfer
where id between %(first_id)s and %(last_id)s
group by kind
order by kind
