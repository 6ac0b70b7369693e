-- LV4: a payment file's total is the sum of its refunds, and each goes into an account of the person's own.
select f.id as file_id, f.total_fen, sum(l.refund_fen) as refunds_fen
from leavers_refundfile as f
left join leavers_leaver as l on l.file_id = f.id
left join people_bankaccount as a on a.id = l.account_id
group by f.id, f.total_fen
having f.total_fen is distinct from sum(l.refund_fen) or bool_or(a.person_id <> l.person_id)
