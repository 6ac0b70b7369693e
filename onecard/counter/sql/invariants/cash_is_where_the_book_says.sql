-- C5: the safe holds the bags that are in it, and what is on the way to finance is what closed shifts took out and finance has not
-- signed for.
select 'safe' as place, a.balance_fen, coalesce((select sum(amount_fen) from counter_handover where state = 'in_safe'), 0) as found_fen
from ledger_account as a
where a.subject = 1002
  and a.balance_fen <> coalesce((select sum(amount_fen) from counter_handover where state = 'in_safe'), 0)
union all
select 'on the way', a.balance_fen, w.fen
from ledger_account as a, (
  select coalesce((select sum(amount_fen) from counter_handover where state = 'on_the_way'), 0)
    + coalesce((select sum(counted_fen - kept_float_fen) from counter_shift where state = 'closed' and handover_id is null), 0) as fen
) as w
where a.subject = 1003 and a.balance_fen <> w.fen
