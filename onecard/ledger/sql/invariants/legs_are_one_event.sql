-- L5: the legs of one source number were booked together: same business day, same moment of occurrence.
select source_id, source_seq from ledger_transfer
group by source_id, source_seq
having count(distinct business_date) > 1 or count(distinct occurred_at) > 1
