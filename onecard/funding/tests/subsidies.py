"""Batches of subsidies for the tests."""

from __future__ import annotations

from datetime import timedelta

from onecard.access.types import Actor
from onecard.funding.actions.grant_batch import grant_batch
from onecard.funding.actions.import_subsidies import import_subsidies
from onecard.funding.models import SubsidyBatch, SubsidyGrant
from onecard.funding.types import GrantForm, Prepared, SubsidyOutcome, Terms
from onecard.kernel import clock
from onecard.people.types import DeliveredFile
from tests.world import CARD_NO, DAY, NOON, World

BOSS = Actor.system("boss")
END = DAY + timedelta(days=90)
AT_ONCE = Terms(GrantForm.AT_ONCE, END)
TAKES_BACK = Terms(GrantForm.AT_ONCE, END, takes_back=True)
COLLECTED = Terms(GrantForm.COLLECTED, END)
AFTER_END = NOON + timedelta(days=91)


def number(who: str) -> str:
    return f"2026{CARD_NO[who]}" if who in CARD_NO else who


def table(*lines: tuple[str, str], name: str = "list.csv") -> DeliveredFile:
    rows = "".join(f"{number(who)},{amount}\n" for who, amount in lines)
    return DeliveredFile(name, f"学工号,金额\n{rows}".encode())


def prepared(world: World, *lines: tuple[str, str], terms: Terms = AT_ONCE, title: str = "September") -> Prepared:
    with clock.at(NOON):
        return import_subsidies(world.cast.clerk, title, file=table(*lines), terms=terms)


def batch_of(world: World, *lines: tuple[str, str], terms: Terms = AT_ONCE, title: str = "September") -> int:
    batch_id = prepared(world, *lines, terms=terms, title=title).batch_id
    assert batch_id is not None
    return batch_id


def grant(batch_id: int) -> SubsidyOutcome:
    """Grant the batch as it stands, as two people did."""
    batch = SubsidyBatch.objects.get(pk=batch_id)
    digest = bytes(batch.digest).hex()
    with clock.at(NOON):
        return grant_batch(BOSS, batch_id, people=batch.people, total_fen=batch.total_fen, digest=digest)


def granted(world: World, *lines: tuple[str, str], terms: Terms = AT_ONCE, title: str = "September") -> int:
    batch_id = batch_of(world, *lines, terms=terms, title=title)
    assert grant(batch_id) is SubsidyOutcome.DONE
    return batch_id


def states(batch_id: int) -> dict[str, str]:
    return dict(SubsidyGrant.objects.filter(batch_id=batch_id).values_list("person_no", "state"))
