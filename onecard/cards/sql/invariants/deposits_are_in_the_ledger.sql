-- K7: deposits that were paid from purses and not returned are what the cards' source holds in the ledger.
select on_cards, in_ledger
from (
  select
    coalesce((select sum(c.deposit_fen) from cards_card as c
      where c.deposit_paid_by = 'purse' and c.deposit_returned_at is null), 0) as on_cards,
    coalesce((select sum(case when t.source_seq > 0 then t.amount_fen else -t.amount_fen end)
      from ledger_transfer as t join ledger_source as s on s.id = t.source_id
      where s.kind = 'job' and s.name = 'card deposits'), 0) as in_ledger
) as deposits
where on_cards <> in_ledger
