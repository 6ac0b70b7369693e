"""Tampering that only the database's owner can do is found."""

from __future__ import annotations

from datetime import timedelta

import pytest

from onecard.closing import queries
from onecard.closing.actions.close_day import close_day
from onecard.closing.tests.damage import as_owner
from onecard.closing.types import Fault
from onecard.ledger.models import Transfer
from onecard.purchases.actions.collect_purchases import collect_purchases
from tests import world as cast
from tests.world import DAY, World

NEXT = DAY + timedelta(days=1)
MIDDLE = "id = (select min(id) + 5 from ledger_transfer)"


@pytest.fixture
def sealed(own_database: str) -> World:
    """Two closed days with purchases, and a third open with some."""
    world = cast.build()
    for start, day in enumerate((DAY, NEXT), start=1):
        collect_purchases([world.record(seq) for seq in range(100 * start, 100 * start + 40)])
        close_day(world.cast.clerk, day)
    collect_purchases([world.record(seq, terminal="shop") for seq in range(1, 10)])
    return world


def faults(**options: object) -> set[tuple[Fault, object]]:
    return {(finding.fault, finding.day) for finding in queries.verify(**options).findings}  # type: ignore[arg-type]


def test_an_untouched_ledger_verifies(sealed: World) -> None:
    seen: list[tuple[int, int]] = []
    found = queries.verify(progress=lambda done, total: seen.append((done, total)))
    assert (found.findings, found.days) == ((), 2)
    assert found.transfers == Transfer.objects.exclude(business_date=NEXT + timedelta(days=1)).count()
    assert seen[-1] == (found.transfers, found.transfers)


def test_other_processes_find_the_same(sealed: World) -> None:
    assert queries.verify(processes=2).is_sound
    as_owner(f"update ledger_transfer set leg = 9 where {MIDDLE}")
    assert faults(processes=2) == faults(processes=1) == {(Fault.ROOT, DAY)}


BOTH = (DAY, NEXT)
TAMPERING = {
    "an amount": (
        f"update ledger_transfer set amount_fen = amount_fen + 1 where {MIDDLE}",
        {(Fault.ROOT, DAY), (Fault.BALANCE, None)},
    ),
    "a microsecond": (
        f"update ledger_transfer set occurred_at = occurred_at - interval '1 us' where {MIDDLE}",
        {(Fault.ROOT, DAY)},
    ),
    "a date": (f"update ledger_transfer set business_date = '{NEXT}' where {MIDDLE}", {(Fault.ROOT, DAY)}),
    "a row": (f"delete from ledger_transfer where {MIDDLE}", {(Fault.COUNT, DAY), (Fault.BALANCE, None)}),
    "roots": (
        "update closing_seal set root = repeat('0', 64)",
        {(fault, day) for fault in (Fault.TEXT, Fault.ROOT) for day in BOTH},
    ),
    "a text": (
        f"update closing_seal set text = replace(text, 'sum_fen: ', 'sum_fen: 1') where business_date = '{DAY}'",
        {(Fault.TEXT, DAY), (Fault.HASH, DAY), (Fault.SIGNATURE, DAY)},
    ),
    "a hash": (
        f"update closing_seal set hash = repeat('a', 64) where business_date = '{DAY}'",
        {(Fault.HASH, DAY), (Fault.CHAIN, NEXT)},
    ),
    "a signature": (
        f"update closing_seal set signature = sha512('') where business_date = '{NEXT}'",
        {(Fault.SIGNATURE, NEXT)},
    ),
    "a seal": (
        f"delete from closing_seal where business_date = '{DAY}'",
        {(Fault.DAY, DAY), (Fault.CHAIN, NEXT), (Fault.STRAY, DAY)},
    ),
    "the key": (
        "update closing_sealkey set public_key = sha256('')",
        {(fault, day) for fault in (Fault.KEY, Fault.SIGNATURE) for day in BOTH},
    ),
    "a report": (
        f"update closing_dayreport set figures = jsonb_set(figures, '{{sum_fen}}', '1') where business_date = '{NEXT}'",
        {(Fault.REPORT, NEXT)},
    ),
    "a day": (
        f"update ledger_businessday set first_transfer_id = first_transfer_id + 1 where date = '{DAY}'",
        {(Fault.DAY, DAY)},
    ),
    "a balance": (
        "update ledger_account set balance_fen = balance_fen - 1 where id = (select min(id) from ledger_account)",
        {(Fault.BALANCE, None)},
    ),
    "an open transfer's day": (
        f"update ledger_transfer set business_date = '{NEXT}' where id = (select max(id) from ledger_transfer)",
        {(Fault.STRAY, NEXT)},
    ),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_is_found(sealed: World, what: str) -> None:
    damage, expected = TAMPERING[what]
    as_owner(damage)
    assert faults() == expected


def test_a_transfer_slipped_between_days_is_found(sealed: World) -> None:
    as_owner(
        "update ledger_transfer set id = (select min(id) - 1 from ledger_transfer)"
        " where id = (select max(id) from ledger_transfer)"
    )
    assert Fault.STRAY in {fault for fault, _ in faults()}


def test_one_day_alone_is_checked_against_the_day_before(sealed: World) -> None:
    as_owner(f"update closing_seal set hash = repeat('a', 64) where business_date = '{DAY}'")
    assert faults(day=NEXT) == {(Fault.CHAIN, NEXT)}
    assert faults(day=DAY) == {(Fault.HASH, DAY)}
