"""Read a held record and book it: what the actions that settle held records share."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import psycopg
from django.db import transaction

from onecard.access.action import is_refusal
from onecard.cards.models import Card
from onecard.cards.queries import cards_with
from onecard.kernel import clock
from onecard.ledger.models import HeldRecord
from onecard.purchases import rules
from onecard.purchases.actions.collect_purchases import book_facts
from onecard.purchases.limits import limits_now
from onecard.purchases.models import Purchase
from onecard.purchases.types import MONEY_MOVED, HeldOutcome, PurchaseLimits
from onecard.terminals.types import TerminalRecord

_LONG = timedelta(days=36_500)
MOST_CORRECTED_FEN = 10_000_000
"""Two people may agree on more than a terminal may claim."""
_OPTIONAL = ("blacklist_version", "card_counter", "purse_after_fen", "sam_id", "sam_seq")


def limits_for(*, as_it_stands: bool) -> PurchaseLimits:
    """A held record is booked whatever its terminal's clock said, within a hundred years; the amount stays bounded."""
    limits = dataclasses.replace(limits_now(), max_age_days=_LONG.days, max_ahead_s=_LONG.days * 86_400)
    return limits if as_it_stands else dataclasses.replace(limits, max_amount_fen=MOST_CORRECTED_FEN)


def record_of(raw: Mapping[str, Any]) -> TerminalRecord | None:
    """The purchase in a held record's raw content; None when it holds none (a reversal, a bank's or a subsidy batch's line)."""
    if "terminal_id" not in raw or "reversal" in raw:
        return None
    return TerminalRecord(
        terminal_id=raw["terminal_id"],
        batch_no=raw["batch_no"],
        seq=raw["seq"],
        card_no=raw["card_no"],
        amount_fen=raw["amount_fen"],
        occurred_at=datetime.fromisoformat(raw["occurred_at"]),
        tac=bytes.fromhex(raw["tac"]) if raw["tac"] else None,
        **{name: raw[name] for name in _OPTIONAL},
    )


def why_not(held: HeldRecord, record: TerminalRecord | None, *, as_it_stands: bool) -> HeldOutcome | None:
    """Why the held record cannot be booked with the content of `record`; None when it can (rules.judge_booking)."""
    limits = limits_for(as_it_stands=as_it_stands)
    facts = rules.HeldFacts(
        is_settled=held.settled_at is not None,
        is_purchase=record is not None,
        has_right_mac=bool(held.raw.get("mac_ok")),
        amount_fen=record.amount_fen if record else 0,
        is_moment_plausible=record is None or _is_plausible(record.occurred_at, held=held, as_it_stands=as_it_stands),
        knows_card=record is not None and card_of(record) is not None,
    )
    return rules.judge_booking(facts, as_it_stands=as_it_stands, limits=limits)


def _is_plausible(moment: datetime, *, held: HeldRecord, as_it_stands: bool) -> bool:
    """As it stands the clock may be a century off; a corrected moment does not lie in the future."""
    if not as_it_stands:
        return clock.now() - _LONG < moment <= clock.now()
    return abs(moment - held.received_at) < _LONG


def card_of(record: TerminalRecord) -> Card | None:
    """The card that the record names."""
    return cards_with([record.card_no]).get(record.card_no)


def book_under_own_number(held: HeldRecord, record: TerminalRecord, *, limits: PurchaseLimits) -> HeldOutcome:
    """Book the record as collected, taken as the terminal's, received when the held one was; refused leaves nothing behind."""
    try:
        with transaction.atomic():
            [result] = book_facts([record], authentic=[True], received_at=held.received_at, limits=limits)
            outcome = rules.under_own_number(result)
            if is_refusal(outcome):
                transaction.set_rollback(True)
    except psycopg.errors.UniqueViolation:  # the terminal sent another record of this number at the same instant
        return HeldOutcome.REFUSED_NUMBER_TAKEN
    return outcome


def is_booked(record: TerminalRecord) -> bool:
    """Whether this very record is booked under its own number."""
    same = Purchase.objects.filter(terminal_id=record.terminal_id, batch_no=record.batch_no, seq=record.seq)
    asked = same.filter(card_no=record.card_no, amount_fen=record.amount_fen, occurred_at=record.occurred_at)
    return asked.filter(outcome__in=MONEY_MOVED).exists()


def number_text(record: TerminalRecord) -> str:
    """The record's batch and number as its terminal's display reads them."""
    return f"{record.batch_no}/{record.seq}"
