"""Make our own installation ready for the kit: two terminals, a card of each kind, and a hand at the centre."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from datetime import date, timedelta

import msgspec
from django.db import connection

from onecard.access.types import Actor
from onecard.cards.actions.activate_card import activate_card
from onecard.cards.actions.cancel_card import cancel_card
from onecard.cards.actions.freeze_card import freeze_card
from onecard.cards.actions.issue_card import issue_card
from onecard.cards.actions.report_loss import report_loss
from onecard.cards.actions.withdraw_loss_report import withdraw_loss_report
from onecard.closing.actions.open_first_day import open_first_day
from onecard.conformance.kit import CARD_KINDS, Post
from onecard.funding.actions.book_bank_transfers import book_bank_transfers
from onecard.funding.types import FundingLine
from onecard.kernel import clock
from onecard.ledger import queries as ledger
from onecard.merchants.actions.register_merchant import register_merchant
from onecard.merchants.queries import merchant_with
from onecard.people import queries as people
from onecard.people.actions.register_person import register_person
from onecard.people.types import NewPerson, PersonKind
from onecard.terminals import queries as terminals
from onecard.terminals.actions.disable_terminal import disable_terminal
from onecard.terminals.actions.enable_terminal import enable_terminal
from onecard.terminals.actions.issue_enrolment_code import issue_enrolment_code
from onecard.terminals.actions.publish_parameters import publish_parameters
from onecard.terminals.actions.register_terminal import register_terminal
from onecard.terminals.actions.revoke_terminal import revoke_terminal
from onecard.terminals.parameters import plain_content

MERCHANT = "KIT"
TERMINALS = {"one": "KIT1", "two": "KIT2"}
FIRST_CARD = 990_000_000
"""The kit's cards are numbered from here on, beside whatever cards there are."""
FUNDS_FEN = 20_000
ACTOR = Actor.system("conformance kit")


def prepare() -> tuple[dict[str, Post], dict[str, int]]:
    """(terminals with their codes, cards by kind). Repeat-safe; the paying card is a new one with 200.00 yuan each time.

    For an installation that is there to be tried: the money comes from the bank's clearing account, and nobody paid it in.
    """
    if ledger.open_day() is None:
        open_first_day(ACTOR, clock.today())
    register_merchant(ACTOR, MERCHANT, name="Conformance kit")
    merchant = merchant_with(MERCHANT)
    if merchant is None:
        raise LookupError("the kit's merchant was registered and is not there")
    for code in TERMINALS.values():
        register_terminal(ACTOR, code, merchant_id=merchant.pk)
        enable_terminal(ACTOR, code)
    _let_need_allowance(TERMINALS["one"])
    cards = {kind: FIRST_CARD + at for at, kind in enumerate(CARD_KINDS) if kind != "paying"}
    for kind, card_no in cards.items():
        _hand_out(
            card_no, person_no=f"KIT-{kind.upper()}", expires_on=clock.today() - timedelta(days=1) if kind == "expired" else None
        )
    report_loss(ACTOR, cards["lost"])
    freeze_card(ACTOR, cards["frozen"])
    cancel_card(ACTOR, cards["closed"])
    posts = {role: Post(code, issue_enrolment_code(ACTOR, code).code) for role, code in TERMINALS.items()}
    return posts, {"paying": _paying_card(), **cards}


def _let_need_allowance(code: str) -> None:
    """Publish parameters by which the terminal sells offline only to cards with an allowance, unless it has them."""
    _version, _since, now = terminals.parameters_for(terminals.terminals_with([code])[code].pk, at=clock.now())
    if not now.offline.needs_allowance:
        offline = msgspec.structs.replace(now.offline, needs_allowance=True)
        content = plain_content(msgspec.structs.replace(now, offline=offline))
        since = clock.now().isoformat()
        publish_parameters(ACTOR, f"terminal:{code}", content=content, effective_from=since, reason="conformance kit")


async def prepared_in_thread() -> tuple[dict[str, Post], dict[str, int]]:
    """`prepare`, from an event loop."""

    def prepared() -> tuple[dict[str, Post], dict[str, int]]:
        try:
            return prepare()
        finally:
            connection.close()

    return await asyncio.to_thread(prepared)


def _paying_card() -> int:
    """A new holder's card: what was spent today asks for a PIN sooner or later."""
    at = len(CARD_KINDS)
    while people.people_with([f"KIT-{at}"]):
        at += 1
    person_id = _hand_out(FIRST_CARD + at, person_no=f"KIT-{at}")
    book_bank_transfers(ACTOR, [FundingLine(at, person_id, FUNDS_FEN, clock.now())], source="conformance kit")
    return FIRST_CARD + at


def _hand_out(card_no: int, *, person_no: str, expires_on: date | None = None) -> int:
    register_person(ACTOR, NewPerson(person_no, "Conformance kit", PersonKind.VISITOR))
    person_id = people.people_with([person_no])[person_no].pk
    issue_card(ACTOR, card_no, person_id=person_id, expires_on=expires_on)
    activate_card(ACTOR, card_no)
    return person_id


class OwnHand:
    """Does the deeds by the actions of this installation."""

    async def do(self, deed: str, subject: str | int) -> str:
        """In a thread with a connection of its own."""
        return await asyncio.to_thread(_done, deed, subject)


def _done(deed: str, subject: str | int) -> str:
    try:
        if deed == "code":
            return issue_enrolment_code(ACTOR, str(subject)).code
        _DEEDS[deed](ACTOR, subject)
        return ""
    finally:
        connection.close()


_DEEDS: dict[str, Callable[..., object]] = {
    "revoke": revoke_terminal,
    "disable": functools.partial(disable_terminal, reason="conformance kit"),
    "enable": enable_terminal,
    "lose": report_loss,
    "find": withdraw_loss_report,
}
