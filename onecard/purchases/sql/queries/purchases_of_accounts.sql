-- The newest purchases whose transfers debit one of these accounts: by the index of each, never through the whole table.
select distinct p.id
from unnest(%b::bigint[]) as purse (account_id)
cross join lateral (
  select t.source_id, t.source_seq from ledger_transfer as t
  where t.debit_account_id = purse.account_id and t.kind = 1
  order by t.id desc
  limit %b::bigint
) as t
join terminals_terminal as m on m.source_id = t.source_id
join purchases_purchase as p on p.terminal_id = m.id and p.batch_no = t.source_seq / 1000000000 and p.seq = t.source_seq %% 1000000000
