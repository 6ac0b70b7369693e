"""Fill the ledger to a given number of transfers, as the owner, with rows like those that collecting writes."""

from __future__ import annotations

import psycopg

from bench.copying import owner

CHUNK = 1_000_000

FILL = """
insert into ledger_transfer (source_id, source_seq, leg, kind, debit_account_id, credit_account_id, amount_fen,
  occurred_at, received_at, booked_at, business_date)
select t.source_id, (900000 + n / 1000000) * 1000000000::bigint + n %% 1000000 + 1, 2, 1, p.cash_account_id,
  m.payable_account_id, 100 + n %% 1900, now(), now(), now(), d.date
from generate_series(%s::bigint, %s::bigint) as n
join (select array_agg(cash_account_id) as accounts from people_person) as people on true
cross join lateral (select people.accounts[1 + (n * 7919) %% cardinality(people.accounts)] as cash_account_id) as p
join (select array_agg(t.id order by t.id) as ids from terminals_terminal as t) as all_terminals on true
join terminals_terminal as t on t.id = all_terminals.ids[1 + n %% cardinality(all_terminals.ids)]
join merchants_merchant as m on m.id = t.merchant_id
join ledger_businessday as d on d.state = 'open'
"""

BALANCE = """
update ledger_account as a set balance_fen = a.side * coalesce(s.fen, 0)
from ledger_account as x
left join (
  select m.id, sum(m.fen) as fen
  from (select debit_account_id, amount_fen from ledger_transfer
    union all select credit_account_id, -amount_fen from ledger_transfer) as m (id, fen)
  group by m.id
) as s on s.id = x.id
where a.id = x.id
"""


def fill(*, rows: int) -> int:
    """Bring ledger_transfer to about `rows` rows, set the balances to the sums, analyse; the number of rows after it."""
    with psycopg.connect(**owner(), autocommit=True) as connection:
        present = _count(connection)
        for first in range(present, rows, CHUNK):
            connection.execute(FILL, [first, min(first + CHUNK, rows) - 1])
        connection.execute(BALANCE)
        connection.execute("vacuum (analyze) ledger_transfer")
        connection.execute("vacuum (analyze) ledger_account")
        connection.execute("checkpoint")
        return _count(connection)


def _count(connection: psycopg.Connection[tuple[int]]) -> int:
    row = connection.execute("select count(*) from ledger_transfer").fetchone()
    return row[0] if row else 0
