-- What moved a bank clearing account by the transfers first to last: by kind, source, and the file that a transfer was booked from.
with moved as (
  select source_id, source_seq, kind, amount_fen as in_fen, 0::bigint as out_fen
  from ledger_transfer where debit_account_id = %(account)b and id between %(first)b and %(last)b
  union all
  select source_id, source_seq, kind, 0, amount_fen
  from ledger_transfer where credit_account_id = %(account)b and id between %(first)b and %(last)b
)
select m.kind, s.name, l.file_id, count(*), sum(m.in_fen)::bigint, sum(m.out_fen)::bigint
from moved as m
join ledger_source as s on s.id = m.source_id
left join lateral (
  select b.file_id from funding_bankline as b
  join funding_bankfile as f on f.id = b.file_id
  where m.kind = 2 and b.reference = m.source_seq and f.source_id = m.source_id and b.state = 'booked'
  limit 1
) as l on true
group by m.kind, s.name, l.file_id
order by m.kind, s.name, l.file_id
