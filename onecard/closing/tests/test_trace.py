"""`onecard trace`: what the stops of one record say."""

from __future__ import annotations

from onecard.closing.trace import stops_of
from onecard.purchases.actions.authorise_purchases import authorise_purchases
from onecard.purchases.actions.reverse_purchases import reverse_purchases
from onecard.purchases.types import PinCheck
from tests.world import NOON, World


def told(world: World, seq: int) -> list[tuple[str, str]]:
    stops = stops_of("plain", batch_no=1, seq=seq)
    assert stops is not None
    return [(stop.name, stop.text) for stop in stops]


def test_a_reversed_purchase_with_its_transfers_there_and_back(world: World) -> None:
    record = world.record(1, amount_fen=3_500)
    authorise_purchases([record], pins=[PinCheck.RIGHT], received_at=NOON)
    reverse_purchases([record], received_at=NOON)
    stops = told(world, 1)
    rooms = ["terminal", "watch", "purchase", "transfer", "transfer", "day", "reversal", "transfer", "transfer", "day"]
    assert [name for name, _ in stops] == rooms
    there, back = [text for name, text in stops if name == "transfer"][1::2]
    assert stops[6][1] == "Reversed, ¥35.00 given back, received 2026-09-01 04:00:00 on 2026-09-01"
    assert back.endswith(f", reverses {there.split()[0]}")


def test_a_reversal_without_its_original(world: World) -> None:
    reverse_purchases([world.record(2)], received_at=NOON)
    stops = told(world, 2)
    assert [name for name, _ in stops] == ["terminal", "watch", "purchase", "reversal"]
    assert stops[1][1] == "arrived"
    assert "Declined: reversed" in stops[2][1]
    assert stops[3][1].startswith("Nothing was booked, ¥0.00 given back")


def test_a_refused_reversal_is_among_the_held(world: World) -> None:
    authorise_purchases([world.record(3)], received_at=NOON)
    reverse_purchases([world.record(3, amount_fen=1)], received_at=NOON)
    [held] = [text for name, text in told(world, 3) if name == "held"]
    assert held.startswith("REFUSED_CONFLICT, waits for settlement_clerk")


def test_an_unknown_terminal_has_none(world: World) -> None:
    assert stops_of("nowhere", batch_no=1, seq=1) is None
