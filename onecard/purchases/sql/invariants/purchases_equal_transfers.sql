-- P1: a purchase's parts are its transfers: legs 1 subsidy, 2 cash, 3 borne by the centre, 4 the surcharge
-- out of the cash purse to the centre's card fees; nothing more, nothing less.
select p.id as purchase_id, p.amount_fen, coalesce(t.fen, 0) as transfers_fen
from purchases_purchase as p
join terminals_terminal as m on m.id = p.terminal_id
left join lateral (
  select sum(x.amount_fen) as fen,
    coalesce(sum(x.amount_fen) filter (where x.leg = 1), 0) as subsidy_fen,
    coalesce(sum(x.amount_fen) filter (where x.leg = 2), 0) as cash_fen,
    coalesce(sum(x.amount_fen) filter (where x.leg = 3), 0) as lost_fen,
    coalesce(sum(x.amount_fen) filter (where x.leg = 4 and x.kind = 15 and a.subject = 4002), 0) as surcharge_fen
  from ledger_transfer as x
  join ledger_account as a on a.id = x.credit_account_id
  where x.source_id = m.source_id and x.source_seq = p.batch_no * 1000000000::bigint + p.seq
) as t on true
where (coalesce(t.subsidy_fen, 0), coalesce(t.cash_fen, 0), coalesce(t.lost_fen, 0),
    coalesce(t.surcharge_fen, 0), coalesce(t.fen, 0))
    <> (p.subsidy_fen, p.cash_fen, p.lost_fen, p.surcharge_fen, p.subsidy_fen + p.cash_fen + p.lost_fen + p.surcharge_fen)
   or (p.outcome in (10, 30, 31)) <> (t.fen is not null)
