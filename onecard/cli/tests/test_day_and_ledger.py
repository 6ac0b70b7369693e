"""`onecard day` and `onecard ledger`, as a person runs them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner, Result

from onecard.cli import day, ledger
from onecard.closing.tests.damage import as_owner
from onecard.ledger.models import Transfer
from tests import world as cast
from tests.world import DAY, World

NEXT = DAY + timedelta(days=1)


@pytest.fixture
def centre(own_database: str) -> World:
    """A database that commands may commit to and that may end up damaged."""
    return cast.build()


def run(group: Typer, *arguments: str, code: int = 0) -> Result:
    done = CliRunner().invoke(group, list(arguments), catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done


def test_a_day_from_close_to_proof(centre: World, tmp_path: Path) -> None:
    transfer, file = Transfer.objects.latest("pk").pk, tmp_path / "proof.json"
    run(ledger.app, "prove", str(transfer), code=1)
    assert "D-20260901-001" in run(day.app, "close", "--next", "2026-09-03").output
    assert "2026-09-03" in run(ledger.app, "trial-balance").output
    assert "Every seal verifies" in run(ledger.app, "verify").output
    assert "Every seal verifies" in run(ledger.app, "verify", "--day", str(DAY), "--no-balances").output
    assert "Every invariant holds" in run(ledger.app, "invariants").output
    run(ledger.app, "prove", str(transfer), "--out", str(file))
    assert run(ledger.app, "prove", str(transfer)).output == file.read_text(encoding="utf-8")
    assert "The proof holds" in run(ledger.app, "check-proof", str(file)).output
    file.write_text(file.read_text(encoding="utf-8").replace("1", "2"), encoding="utf-8")
    run(ledger.app, "check-proof", str(file), code=1)


def test_reports(centre: World, tmp_path: Path) -> None:
    run(day.app, "report", code=1)
    run(day.app, "close")
    printed = run(day.app, "report", "2026-09-01").output
    assert "D-20260901-001" in printed
    assert run(day.app, "report").output == printed
    run(day.app, "report", "--excel", str(tmp_path / "day.xlsx"))
    assert (tmp_path / "day.xlsx").read_bytes()[:2] == b"PK"


def test_refusals(centre: World) -> None:
    run(day.app, "open", "2026-09-01", code=1)
    run(day.app, "close", "--next", "2026-08-01", code=1)
    run(day.app, "close", "--day", "2026-09-02", code=1)
    run(day.app, "close", "--day", "2026-09-01")
    assert "closed already" in run(day.app, "close", "--day", "2026-09-01").output
    run(ledger.app, "verify", "--day", "2026-09-02", code=1)


def test_damage_is_told_and_the_exit_code_is_1(centre: World) -> None:
    run(day.app, "close")
    as_owner("update ledger_account set balance_fen = balance_fen + 1 where id = (select min(id) from ledger_account)")
    run(ledger.app, "verify", code=1)
    run(ledger.app, "invariants", code=1)
    assert "changed" in run(day.app, "close", code=1).output
