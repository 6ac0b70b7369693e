-- What we booked under a bank's numbers until a moment and no file of the bank names, the newest first; corrections are looked at
-- by the caller. A file that was discarded names nothing.
select t.source_seq, p.id, p.person_no, p.full_name, t.occurred_at
from ledger_transfer as t
join people_person as p on p.cash_account_id = t.credit_account_id
where t.source_id = %(source)b and t.kind = 2 and t.leg = 1 and t.occurred_at < %(until)b
  and not exists (
    select from funding_bankline as l
    join funding_bankfile as f on f.id = l.file_id
    where l.reference = t.source_seq and l.line is not null and f.source_id = t.source_id and f.state <> 'discarded')
order by t.source_seq desc
limit %(most)b
