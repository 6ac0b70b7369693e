"""Book a held record with what really happened (DESIGN §4.5)."""

from __future__ import annotations

import dataclasses
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from onecard.access.action import approved, is_refusal
from onecard.access.types import Actor
from onecard.cards.models import Card
from onecard.cards.types import CardKind, CardState
from onecard.kernel.money import yuan
from onecard.ledger import queries as ledger
from onecard.ledger.actions.lock_accounts import lock_accounts
from onecard.ledger.actions.post_transfers import post_transfers
from onecard.ledger.actions.register_source import register_source
from onecard.ledger.actions.settle_held_records import locked_record, settle
from onecard.ledger.models import HeldRecord
from onecard.ledger.types import (
    HELD_RECORDS_SOURCE,
    Entry,
    PostingOutcome,
    SettledAs,
    SourceKind,
    Subject,
    TransferKind,
)
from onecard.purchases import rules
from onecard.purchases.actions.book_held import (
    book_under_own_number,
    card_of,
    limits_for,
    number_text,
    record_of,
    why_not,
)
from onecard.purchases.types import HELD_WORDS, HeldOutcome, PurchaseLimits
from onecard.terminals.queries import merchant_at
from onecard.terminals.types import TerminalRecord


@approved(
    "purchases.correct_held_record",
    title=_("Book a held record with corrections"),
    words={"card_no": _("card number"), "amount_fen": _("amount"), "occurred_at": _("occurred at"), **HELD_WORDS},
    read_subject=int,
    about="ledger.heldrecord",
)
def correct_held_record(actor: Actor, held_id: int, *, card_no: int, amount_fen: int, occurred_at: str) -> HeldOutcome:
    """Book the terminal's record with this card, amount and moment (ISO 8601 with its zone), as two people agreed; MAC or not.

    Under its own number while that is free (BOOKED, BOOKED_FLAGGED), else as a CORRECTION that the centre numbers by the held
    record. BOOKED_BEFORE when just this is booked under the number already. Refusals in order: rules.judge_booking; ValueError
    for a moment that is none. HeldRecord.DoesNotExist for an unknown record.
    """
    held = locked_record(held_id)
    record = record_of(held.raw)
    if record is not None:
        moment = _moment(occurred_at)
        record = dataclasses.replace(record, card_no=card_no, amount_fen=amount_fen, occurred_at=moment)
    refused = why_not(held, record, as_it_stands=False)
    card = card_of(record) if record is not None else None
    if refused is not None or record is None or card is None:
        return refused or HeldOutcome.REFUSED_UNKNOWN_CARD
    limits = limits_for(as_it_stands=False)
    outcome = book_under_own_number(held, record, limits=limits)
    settled_as = SettledAs.BOOKED
    if outcome is HeldOutcome.REFUSED_NUMBER_TAKEN:
        _book_correction(held, record, card=card, limits=limits)
        outcome, settled_as = HeldOutcome.CORRECTED, SettledAs.CORRECTED
    if is_refusal(outcome):
        return outcome
    said = f"{number_text(record)}, card {card_no}, ¥{yuan(amount_fen)}, {occurred_at}: {outcome.value}"
    settle(held, actor=actor, settled_as=settled_as, text=said)
    return outcome


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text}: a moment without a time zone is no moment")
    return moment


def _book_correction(held: HeldRecord, record: TerminalRecord, *, card: Card, limits: PurchaseLimits) -> None:
    """From the holder's purses, subsidy first, to the merchant; after a loss report took effect, from the centre (DESIGN §5).

    What a temporary card pays on top goes from the cash purse to the centre, as with a purchase.
    """
    person = card.person
    merchant = merchant_at(record.terminal_id, at=record.occurred_at)
    subsidy = person.subsidy_account_id
    lock_accounts([person.cash_account_id, *([subsidy] if subsidy else [])])
    facts = rules.CardFacts(
        state=CardState(card.state),
        loss_reported_at=card.loss_reported_at,
        loss_version=card.loss_version,
        subsidy_fen=ledger.balance_of(subsidy) if subsidy else 0,
        is_temporary=card.kind == CardKind.TEMPORARY,
    )
    parts = rules.correction_parts(
        facts,
        amount_fen=record.amount_fen,
        occurred_at=record.occurred_at,
        blacklist_version=record.blacklist_version,
        limits=limits,
    )
    owed, cash = merchant.payable_account_id, person.cash_account_id
    losses, fees = ledger.shared_account(Subject.LOST_CARD_LOSSES), ledger.shared_account(Subject.CARD_FEES)
    ways = ((subsidy, owed), (cash, owed), (losses, owed), (cash, fees))
    source_id = register_source(SourceKind.JOB, name=HELD_RECORDS_SOURCE)
    entries = [
        Entry(source_id, held.pk, TransferKind.CORRECTION, payer, payee, part, record.occurred_at, leg=leg)
        for leg, ((payer, payee), part) in enumerate(zip(ways, parts, strict=True), start=1)
        if payer is not None and part > 0
    ]
    outcomes = post_transfers(entries)
    if set(outcomes) != {PostingOutcome.POSTED}:
        raise RuntimeError(f"held record {held.pk} was not settled, yet its number is booked: {outcomes}")
