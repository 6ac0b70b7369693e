"""The board of a large campus: 2,000 terminals, 100,000 batches, a long blacklist; measured, and its plan looked at."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from onecard.cards import queries as cards
from onecard.cards.types import MAX_CHANGES
from onecard.kernel import clock, sql
from onecard.terminals import queries
from tests.world import build

COUNTING = "select count(*) from generate_series(1, 400000)"
"""What the queries are measured against, side by side: well under 100 ms on an idle machine of two cores."""
TERMINALS, BATCHES_EACH, CAST = 2_000, 50, 5
NEVER_SCANNED = {"purchases_purchase", "ledger_transfer", "terminals_terminalbatch", "cards_blacklistchange"}
FILL = (
    """insert into merchants_merchant (code, name, payable_account_id)
       select 'm' || a.id, 'Merchant ' || a.id, a.id from ledger_account as a
       where not exists (select from merchants_merchant as m where m.payable_account_id = a.id) limit 40""",
    """insert into ledger_source (kind, name)
       select s.kind, 'B' || n
       from generate_series(1, %(terminals)s) as n, (select kind from ledger_source where name = 'plain') as s""",
    """insert into terminals_terminal (code, name, merchant_id, source_id, state, record_key, session_no,
         disabled_for, disabled_by)
       select s.name, '', m.ids[1 + s.id %% cardinality(m.ids)], s.id, 1, '', 0, '', ''
       from ledger_source as s, (select array_agg(id) as ids from merchants_merchant) as m where s.name ~ '^B[0-9]+$'""",
    """insert into terminals_terminalbatch (terminal_id, batch_no, received)
       select t.id, n, case when (t.id + n) %% 50 = 0 then '{[1,200),[203,400)}' else '{[1,400)}' end::int8multirange
       from terminals_terminal as t, generate_series(1, %(batches)s) as n""",
    """insert into terminals_enrolment (terminal_id, scheme, key, serial_no, model, firmware, "end")
       select id, 'ed25519', '', code, '', '', '' from terminals_terminal""",
    """insert into terminals_terminalstatus (terminal_id, heard_at, clock_offset_us, batch_no, last_seq, unsent, storage_pct,
         firmware, blacklist_version, parameters_version, faults)
       select id, now(), 0, 50, 399, 0, 1, '1', (select max(version) from cards_blacklistchange) - id %% 200, 0, '[]'
       from terminals_terminal""",
    """insert into terminals_terminalsession (terminal_id, session_no, token_digest, challenge_digest, opened_at, expires_at)
       select id, n, sha256((id || ' ' || n)::bytea), sha256(('c' || id || ' ' || n)::bytea), now(), now() + interval '12 hours'
       from terminals_terminal, generate_series(1, 3) as n""",
    "analyze",
)


def fill() -> None:
    """A large campus, straight into the tables: as the owner, since the application may not write some of them."""
    with connections["owner"].cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement, {"terminals": TERMINALS, "batches": BATCHES_EACH})


def lengthen_blacklist() -> None:
    """Three times as many changes as one walk sees."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            """insert into cards_blacklistchange
                 (version, card_id, card_no, is_listed, reason, changed_at, listed_count, checksum)
               select h.version + n, c.id, 500000 + n / 2, n %% 3 > 0, case when n %% 3 > 0 then 3 else 2 end, now(), 1, 0
               from generate_series(1, %s) as n, (select max(version) as version from cards_blacklistchange) as h,
                 (select id from cards_card limit 1) as c""",
            [3 * MAX_CHANGES],
        )


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """A plan's nodes."""
    return [plan, *(node for part in plan.get("Plans", []) for node in nodes(part))]


def explained(statement: str, arguments: dict[str, Any]) -> dict[str, Any]:
    [[found]] = sql.call(f"explain (analyze, format json) {statement}", arguments)
    plan: dict[str, Any] = (found if isinstance(found, list) else json.loads(found))[0]
    return plan


def quickest(statement: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """The plan and time of the quickest of five runs."""
    return min((explained(statement, arguments) for _ in range(5)), key=lambda one: one["Execution Time"])


def test_the_board_of_2000_terminals_is_read_at_once(own_database: str, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock():
        build()
        lengthen_blacklist()
        fill()
        now, head = clock.now(), cards.blacklist_head().version
        board = {"at": now, "sessions_since": now - timedelta(hours=1), "terminal_id": None}
        lags = {"versions": [0, *range(head - 200, head)], "limit": MAX_CHANGES}
        for room, name, arguments in (("terminals", "board", board), ("cards", "blacklist_lags", lags)):
            statement = sql.text_of(room, f"queries/{name}")
            plan, counting = quickest(statement, arguments), quickest(COUNTING, {})
            scanned = {node["Relation Name"] for node in nodes(plan["Plan"]) if node["Node Type"] == "Seq Scan"}
            assert scanned & NEVER_SCANNED == set(), name
            assert plan["Execution Time"] < counting["Execution Time"], name
        lines = queries.board()
        assert len(lines) == TERMINALS + CAST
        assert {line.facts.missing for line in lines} == {3}
