-- What stands booked under a bank's reference numbers, by cash purse: the transfer under the number, and the corrections of records
-- that were held under it. A number that is taken and of which nothing stands any more has a row without a purse. What a merged
-- person got counts for the one who stays.
with asked as (
  select unnest(%(references)b::bigint[]) as reference
), own as (
  select a.reference, t.credit_account_id as account_id, t.amount_fen as fen
  from asked as a
  join ledger_transfer as t on t.source_id = %(source)b and t.source_seq = a.reference and t.leg = 1
), corrected as (
  select a.reference, x.debit_account_id, x.credit_account_id, x.amount_fen
  from asked as a
  join ledger_heldrecord as h on h.source_id = %(source)b and h.source_seq = a.reference and h.settled_as = 'corrected'
  join ledger_source as s on s.kind = 'job' and s.name = 'held records'
  join ledger_transfer as x on x.source_id = s.id and x.source_seq = h.id
), moved as (
  select reference, account_id, fen from own
  union all
  select reference, credit_account_id, amount_fen from corrected
  union all
  select reference, debit_account_id, -amount_fen from corrected
), purses as (
  select m.reference, coalesce(k.cash_account_id, p.cash_account_id) as purse, sum(m.fen)::bigint as fen
  from moved as m
  join people_person as p on p.cash_account_id = m.account_id
  left join people_person as k on k.id = p.merged_into_id
  group by 1, 2
)
select o.reference, p.purse, p.fen
from own as o
left join purses as p on p.reference = o.reference and p.fen <> 0
order by 1, 2
