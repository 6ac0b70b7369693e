"""The example client, which was written from docs/terminal-protocol.md alone, against the real gateway."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from onecard.ledger import queries as ledger
from onecard.purchases.models import Purchase
from onecard.purchases.types import Outcome
from onecard.terminals.actions.issue_enrolment_code import issue_enrolment_code
from onecard.terminals.actions.publish_parameters import publish_parameters
from tests.databases import ROOT
from tests.pos.conftest import OFFLINE, GatewayProcess, gateway
from tests.world import NOON, World

__all__ = ["gateway"]
Tell = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def tell(gateway: GatewayProcess, tmp_path: Path) -> Tell:
    """Run the client with these words against the gateway."""

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        client = [sys.executable, str(ROOT / "examples" / "tiny_terminal.py"), "--centre", gateway.address]
        return subprocess.run(
            [*client, "--folder", str(tmp_path / "terminal"), *words], check=False, capture_output=True, text=True, timeout=240
        )

    return run


def test_a_terminal_written_from_the_document_sells_online_and_offline(
    own_world: World, gateway: GatewayProcess, tell: Tell
) -> None:
    clerk = own_world.cast.clerk
    publish_parameters(clerk, "all", content={"offline": OFFLINE}, effective_from=NOON.isoformat(), reason="a new term")
    done = [tell("enrol", "plain", issue_enrolment_code(clerk, "plain").code), tell("sync"), tell("sell", "1002", "500")]
    gateway.stop()
    done.append(tell("sell", "1002", "700", "--offline"))
    gateway.start()
    done.append(tell("sync"))
    assert [(one.returncode, one.stderr) for one in done] == [(0, "")] * 5, [one.stdout + one.stderr for one in done]
    found = Purchase.objects.order_by("seq").values_list("seq", "amount_fen", "outcome")
    assert list(found) == [(1, 500, Outcome.APPROVED), (2, 700, Outcome.BOOKED)]
    assert ledger.balance_of(own_world.cash["wang"]) == 10_000 - 1_200
    assert tell("sell", "1002", "99999999").returncode == 1
