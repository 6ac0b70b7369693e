-- C3: a seal's number and sum of transfers are those of its range.
select s.business_date, s.transfers, t.transfers as found, s.sum_fen, t.sum_fen as found_fen
from closing_seal as s
cross join lateral (
  select count(*) as transfers, coalesce(sum(x.amount_fen), 0) as sum_fen
  from ledger_transfer as x where x.id between s.first_id and s.last_id
) as t
where (s.transfers, s.sum_fen) <> (t.transfers, t.sum_fen)
