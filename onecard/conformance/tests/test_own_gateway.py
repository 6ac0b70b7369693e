"""The project's own gateway passes the whole kit as a process; with a fault planted in it it fails the right lines."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from onecard.cards import queries as cards
from onecard.conformance.cases import Finding, Verdict
from onecard.conformance.gateway_cases import GATEWAY_CASES
from onecard.conformance.gateway_run import run, try_gateway
from onecard.conformance.in_process import InProcessWire
from onecard.conformance.kit import Kit
from onecard.conformance.preparing import OwnHand, prepare
from onecard.conformance.tests.conftest import Ready
from onecard.gateway.app import Gateway
from onecard.ledger.actions.open_accounts import open_centre_accounts
from onecard.purchases.types import ReversalOutcome
from tests.databases import ROOT
from tests.parallel import finished


@pytest.mark.slow
def test_the_own_gateway_passes_everything(ready: Ready) -> None:
    cases = GATEWAY_CASES.all
    verdicts = finished(try_gateway(ready.address, cases, posts=ready.posts, cards=ready.cards, hand=OwnHand()))
    assert [str(verdict) for verdict in verdicts if verdict.finding is not Finding.PASSED] == []
    assert len(verdicts) == len(cases)


@pytest.mark.slow
def test_the_command_tells_people_and_machines(ready: Ready, own_database: str, tmp_path: Path) -> None:
    """Prepared again on an installation that the kit has been to before, and without anything but a code."""
    file = tmp_path / "findings.json"
    onecard = [sys.executable, "-m", "tests.on_database", own_database, "conformance", ready.address]
    whole = [*onecard, "--prepare", "--only", "heartbeat", "--only", "blacklist", "--json", str(file)]
    done = subprocess.run(whole, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(file.read_text(encoding="utf-8"))
    assert told["counts"] == {"passed": 9, "failed": 0, "left out": 0}
    assert {case["finding"] for case in told["cases"]} == {"passed"}
    post = prepare()[0]["one"]
    bare = [*onecard, "--terminal", f"{post.terminal}={post.code}", "--only", "online.approved", "--only", "heartbeat"]
    done = subprocess.run(bare, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed, 0 failed, 1 left out" in done.stdout
    assert "--card paying=NUMBER" in " ".join(done.stdout.split())
    stale = [*onecard, "--terminal", f"{post.terminal}={post.code}", "--only", "enrolment.ed25519"]
    done = subprocess.run(stale, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 1
    assert "BAD_CODE" in done.stdout


@pytest.fixture
def wire(own_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[InProcessWire]:
    """The gateway's application in this process, on a database of its own, so that a fault can be planted in it."""
    with django_db_blocker.unblock():
        open_centre_accounts()
        yield InProcessWire(Gateway(terminal_rate=10_000))


def failed_lines(wire: InProcessWire, chapters: set[str]) -> set[str]:
    cases = [case for case in GATEWAY_CASES.all if case.full_name.partition(".")[0] in {"enrolment", *chapters}]

    posts, numbers = prepare()

    async def tried() -> list[Verdict]:
        try:
            return await run(Kit(wire, posts, numbers, OwnHand(), is_quick=True), cases)
        finally:
            await wire.stop()

    return {one.case.full_name for one in finished(tried()) if one.finding is Finding.FAILED}


def without_the_first_card(since: int, **more: Any) -> Any:
    delta = DELTA(since, **more)
    return dataclasses.replace(delta, added=delta.added[1:])


DELTA = cards.blacklist_delta
FAULTS: list[tuple[str, str, Any, set[str], set[str]]] = [
    (
        "MACs are not checked",
        "onecard.gateway.booking.rules.has_valid_mac",
        lambda record, key: True,
        {"records"},
        {"records.wrong_mac", "records.another_terminals_record", "records.purse_fields"},
    ),
    (
        "any challenge will do",
        "onecard.gateway.enrolment.is_live_challenge",
        lambda challenge, **more: True,
        {"sessions"},
        {"sessions.wrong_signature", "sessions.foreign_challenge"},
    ),
    (
        "signatures are not checked",
        "onecard.gateway.enrolment.signing.is_signed",
        lambda text, **more: True,
        {"sessions"},
        {"enrolment.another_device", "sessions.wrong_signature", "sessions.roll_ed25519", "sessions.roll_hmac_sha256"},
    ),
    (
        "a pass is believed as long as it is remembered",
        "onecard.gateway.booking._standing",
        lambda jobs: [None] * len(jobs),
        {"sessions"},
        {"sessions.revoked"},
    ),
    (
        "the first outcome is forgotten",
        "onecard.gateway.booking._NAMES",
        {},
        {"online"},
        {
            f"online.{one}"
            for one in ("repeated", "unknown_card", "reversed_after", "reversed_before", "reversed_with_other_content")
        },
    ),
    (
        "reversals are answered and not done",
        "onecard.gateway.booking.reverse_purchases",
        lambda records: [ReversalOutcome.REVERSED] * len(records),
        {"online"},
        {
            f"online.{one}"
            for one in (
                "reversed_after",
                "reversed_before",
                "reversed_at_once",
                "reversed_with_other_content",
                "reversed_collected",
                "given_up_and_sold_offline",
            )
        },
    ),
    (
        "a change of the blacklist is lost",
        "onecard.cards.queries.blacklist_delta",
        without_the_first_card,
        {"blacklist"},
        {"blacklist.changes", "blacklist.a_card_is_found_and_lost"},
    ),
    (
        "missing numbers are never named",
        "onecard.terminals.queries.to_recollect",
        lambda terminal_id, **more: [],
        {"collecting"},
        {"collecting.missing", "collecting.not_found"},
    ),
]
"""A fault, where it is planted and what stands there, the chapters that are tried, and the lines that fail, no others."""


@pytest.mark.slow
@pytest.mark.parametrize(("name", "place", "instead", "chapters", "lines"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_a_planted_fault_is_found(
    wire: InProcessWire, monkeypatch: pytest.MonkeyPatch, name: str, place: str, instead: Any, chapters: set[str], lines: set[str]
) -> None:
    monkeypatch.setattr(place, instead)
    assert failed_lines(wire, chapters) == lines
