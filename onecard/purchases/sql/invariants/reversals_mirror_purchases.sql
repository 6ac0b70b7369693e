-- P5: a reversal that took effect has exactly the swapped transfers of its purchase under minus the purchase's number, each pointing
-- to the one it reverses; one that found nothing booked has none, and a declined purchase under its number.
select r.id as reversal_id, p.id as purchase_id, r.outcome, r.amount_fen
from purchases_reversal as r
join terminals_terminal as m on m.id = r.terminal_id
left join purchases_purchase as p on p.terminal_id = r.terminal_id and p.batch_no = r.batch_no and p.seq = r.seq
left join lateral (
  select count(*) filter (where back.id is null or there.id is null) as unpaired, coalesce(sum(back.amount_fen), 0) as fen
  from (
    select * from ledger_transfer as x
    where x.source_id = m.source_id and x.source_seq = r.batch_no * 1000000000::bigint + r.seq
  ) as there
  full join (
    select * from ledger_transfer as x
    where x.source_id = m.source_id and x.source_seq = -(r.batch_no * 1000000000::bigint + r.seq)
  ) as back
  on (back.reverses_id, back.leg, back.kind, back.debit_account_id, back.credit_account_id, back.amount_fen, back.occurred_at,
      back.business_date)
    = (there.id, there.leg, 9::smallint, there.credit_account_id, there.debit_account_id, there.amount_fen, there.occurred_at,
      r.business_date)
) as t on true
where t.unpaired > 0 or t.fen <> r.amount_fen + case r.outcome when 6 then p.surcharge_fen else 0 end
  or case r.outcome
    when 6 then (p.mode, p.outcome, p.amount_fen) is distinct from (1::smallint, 10::smallint, r.amount_fen)
    else p.outcome is null or p.outcome not between 11 and 29 end
