"""The judgement of a purchase in plain Python: the written order of precedence, and the oracle of the property tests.

The database judges in `sql/functions/purchases_book.sql` and `reverse_purchases.sql`; this file says the same in a form that a
person can check, and tests hold the two together.
"""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, time

from onecard.cards.types import CardState
from onecard.kernel.money import BASIS_POINTS, divide_half_up
from onecard.purchases.types import Flag, HeldOutcome, Outcome, PinCheck, PurchaseLimits, PurchaseMode, Result, ReversalOutcome
from onecard.terminals.types import MAX_BATCH_NO, MAX_SEQ, TerminalState


@dataclasses.dataclass(frozen=True, slots=True)
class CardFacts:
    """What the judgement needs to know of the card that a record names."""

    state: CardState
    expires_on: date | None = None
    loss_reported_at: datetime | None = None
    loss_version: int | None = None
    cancelled_at: datetime | None = None
    cash_fen: int = 0
    subsidy_fen: int = 0
    spent_today_fen: int = 0
    is_temporary: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class TerminalFacts:
    """What the judgement needs to know of the terminal."""

    state: TerminalState = TerminalState.ENABLED
    single_limit_fen: int | None = None
    opens_at: time | None = None
    closes_at: time | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class PurchaseFacts:
    """What the judgement of a reversal needs to know of the purchase under its number; `is_same`: the same was asked."""

    outcome: Outcome
    mode: PurchaseMode
    received_at: datetime
    is_same: bool
    was_reversed: bool = False


def is_open(terminal: TerminalFacts, *, at: time) -> bool:
    """Whether the terminal sells at this time of day; hours may cross midnight, no hours mean always."""
    if terminal.opens_at is None or terminal.closes_at is None:
        return True
    if terminal.opens_at < terminal.closes_at:
        return terminal.opens_at <= at < terminal.closes_at
    return at >= terminal.opens_at or at < terminal.closes_at


def judge_online(
    card: CardFacts | None,
    terminal: TerminalFacts,
    *,
    amount_fen: int,
    local_time: datetime,
    pin: PinCheck = PinCheck.NOT_GIVEN,
    limits: PurchaseLimits = PurchaseLimits(),  # noqa: B008 - frozen
) -> Outcome:
    """The answer to a new online request. The first line that applies wins; `local_time` is the centre's clock on campus."""
    if terminal.state is not TerminalState.ENABLED:
        return Outcome.DECLINED_TERMINAL_DISABLED
    if card is None:
        return Outcome.DECLINED_UNKNOWN_CARD
    over_pin_limit = (
        amount_fen > limits.pin_single_fen or card.spent_today_fen + amount_fen > limits.pin_day_fen
    ) and pin is PinCheck.NOT_GIVEN
    over_single_limit = terminal.single_limit_fen is not None and amount_fen > terminal.single_limit_fen
    in_order = (
        (card.state is CardState.ISSUED, Outcome.DECLINED_UNKNOWN_CARD),
        (card.state is CardState.LOST, Outcome.DECLINED_CARD_LOST),
        (card.state is CardState.FROZEN, Outcome.DECLINED_CARD_FROZEN),
        (_has_expired(card, on=local_time.date()), Outcome.DECLINED_CARD_EXPIRED),
        (card.state is CardState.CANCELLED, Outcome.DECLINED_CARD_CLOSED),
        (not is_open(terminal, at=local_time.time()), Outcome.DECLINED_OUTSIDE_PERIOD),
        (over_single_limit, Outcome.DECLINED_OVER_SINGLE_LIMIT),
        (over_pin_limit, Outcome.DECLINED_PIN_REQUIRED),
        (pin is PinCheck.WRONG, Outcome.DECLINED_PIN_WRONG),
        (is_short(card, amount_fen=amount_fen, limits=limits), Outcome.DECLINED_INSUFFICIENT),
    )
    return next((outcome for applies, outcome in in_order if applies), Outcome.APPROVED)


def judge_reversal(
    purchase: PurchaseFacts | None,
    *,
    received_at: datetime,
    limits: PurchaseLimits = PurchaseLimits(),  # noqa: B008 - frozen
) -> ReversalOutcome:
    """The answer to a reversal. The first line that applies wins; no purchase under the number means that it came first."""
    if purchase is None:
        return ReversalOutcome.NOTHING_BOOKED
    age_s = (received_at - purchase.received_at).total_seconds()
    in_order = (
        (purchase.is_same and purchase.was_reversed, ReversalOutcome.REPEATED),
        (not purchase.is_same, ReversalOutcome.REFUSED_CONFLICT),
        (not purchase.outcome.moved_money, ReversalOutcome.NOTHING_BOOKED),
        (purchase.mode is PurchaseMode.COLLECTED, ReversalOutcome.REFUSED_COLLECTED),
        (age_s > limits.max_reversal_age_s, ReversalOutcome.REFUSED_TOO_LATE),
    )
    return next((outcome for applies, outcome in in_order if applies), ReversalOutcome.REVERSED)


def first_answer(purchase: PurchaseFacts) -> Outcome:
    """What a record that comes again is told as its first outcome: a reversal wins over whatever was answered before it."""
    return Outcome.DECLINED_REVERSED if purchase.was_reversed else purchase.outcome


def is_plausible(
    *,
    batch_no: int,
    seq: int,
    amount_fen: int,
    occurred_at: datetime,
    received_at: datetime,
    oldest: datetime,
    limits: PurchaseLimits,
) -> bool:
    """Whether a collected record can be a purchase at all; if not it is HELD_INVALID."""
    ahead_s = (occurred_at - received_at).total_seconds()
    return (
        0 <= batch_no <= MAX_BATCH_NO
        and 1 <= seq <= MAX_SEQ
        and 1 <= amount_fen <= limits.max_amount_fen
        and ahead_s <= limits.max_ahead_s
        and occurred_at >= oldest
    )


def loss_took_effect(card: CardFacts, *, occurred_at: datetime, blacklist_version: int | None) -> bool:
    """Whether the loss report had taken effect at the terminal: reported before, and its blacklist named the card.

    A terminal that asks online (version None) knows every report at once. BUSINESS: from then on the loss is the centre's.
    """
    if card.loss_reported_at is None or card.loss_reported_at > occurred_at:
        return False
    return blacklist_version is None or (card.loss_version is not None and blacklist_version >= card.loss_version)


def surcharge_fen(card: CardFacts, *, amount_fen: int, limits: PurchaseLimits) -> int:
    """What a temporary card pays the centre on top of the price, out of the cash purse, rounded half up to a fen."""
    return divide_half_up(amount_fen * limits.surcharge_bp, BASIS_POINTS) if card.is_temporary else 0


def is_short(card: CardFacts, *, amount_fen: int, limits: PurchaseLimits) -> bool:
    """Whether the purses don't hold price and surcharge; the subsidy purse pays no surcharge."""
    on_top_fen = surcharge_fen(card, amount_fen=amount_fen, limits=limits)
    cash_left_fen = card.cash_fen - on_top_fen
    return amount_fen > cash_left_fen + max(card.subsidy_fen, 0) or (on_top_fen > 0 and cash_left_fen < 0)


def flags_of(
    card: CardFacts,
    *,
    amount_fen: int,
    occurred_at: datetime,
    local_date: date,
    blacklist_version: int | None,
    limits: PurchaseLimits = PurchaseLimits(),  # noqa: B008 - frozen
) -> Flag:
    """Why a collected purchase deserves a look; Flag(0) when nothing does."""
    took_effect = loss_took_effect(card, occurred_at=occurred_at, blacklist_version=blacklist_version)
    reported = card.loss_reported_at is not None and card.loss_reported_at <= occurred_at
    found = (
        (not took_effect and is_short(card, amount_fen=amount_fen, limits=limits), Flag.OVERDRAWN),
        (took_effect, Flag.AFTER_LOSS),
        (reported and not took_effect, Flag.CARD_LOST),
        (card.state is CardState.FROZEN, Flag.CARD_FROZEN),
        (_has_expired(card, on=local_date), Flag.CARD_EXPIRED),
        (card.cancelled_at is not None and card.cancelled_at <= occurred_at, Flag.CARD_CLOSED),
        (card.state is CardState.ISSUED, Flag.CARD_NOT_ACTIVATED),
    )
    flags = Flag(0)
    for applies, flag in found:
        flags |= flag if applies else Flag(0)
    return flags


def split(amount_fen: int, *, subsidy_fen: int) -> tuple[int, int]:
    """(from subsidy, from cash): the subsidy purse first, never below zero, the rest from the cash purse."""
    from_subsidy = min(max(subsidy_fen, 0), amount_fen)
    return from_subsidy, amount_fen - from_subsidy


@dataclasses.dataclass(frozen=True, slots=True)
class HeldFacts:
    """What settling a held record needs to know; amount and moment are those that would be booked."""

    is_settled: bool = False
    is_purchase: bool = True
    has_right_mac: bool = True
    amount_fen: int = 1
    is_moment_plausible: bool = True
    knows_card: bool = True


def judge_booking(held: HeldFacts, *, as_it_stands: bool, limits: PurchaseLimits) -> HeldOutcome | None:
    """Why the held record cannot be booked, or REPEATED; None when it can. The first line that applies wins.

    A bad MAC stands in the way of booking a record as it stands; what two people agreed on (corrected) needs no MAC.
    """
    in_order = (
        (held.is_settled, HeldOutcome.REPEATED),
        (not held.is_purchase, HeldOutcome.REFUSED_NOT_A_PURCHASE),
        (as_it_stands and not held.has_right_mac, HeldOutcome.REFUSED_BAD_MAC),
        (not 1 <= held.amount_fen <= limits.max_amount_fen, HeldOutcome.REFUSED_AMOUNT),
        (not held.is_moment_plausible, HeldOutcome.REFUSED_MOMENT),
        (not held.knows_card, HeldOutcome.REFUSED_UNKNOWN_CARD),
    )
    return next((outcome for applies, outcome in in_order if applies), None)


def under_own_number(result: Result) -> HeldOutcome:
    """What the answer to a held record under its own number means for settling it."""
    if result.outcome is Outcome.BOOKED:
        return HeldOutcome.BOOKED
    if result.outcome is Outcome.BOOKED_FLAGGED:
        return HeldOutcome.BOOKED_FLAGGED
    if result.outcome is Outcome.REPEATED and result.first_outcome is not None and result.first_outcome.moved_money:
        return HeldOutcome.BOOKED_BEFORE
    if result.outcome is Outcome.HELD_INVALID:
        return HeldOutcome.REFUSED_MOMENT
    if result.outcome is Outcome.HELD_UNKNOWN_CARD:
        return HeldOutcome.REFUSED_UNKNOWN_CARD
    return HeldOutcome.REFUSED_NUMBER_TAKEN


def correction_parts(
    card: CardFacts, *, amount_fen: int, occurred_at: datetime, blacklist_version: int | None, limits: PurchaseLimits
) -> tuple[int, int, int, int]:
    """(from subsidy, from cash, borne by the centre, surcharge): who pays a correction is who would have paid the purchase."""
    if loss_took_effect(card, occurred_at=occurred_at, blacklist_version=blacklist_version):
        return 0, 0, amount_fen, 0
    on_top_fen = surcharge_fen(card, amount_fen=amount_fen, limits=limits)
    return *split(amount_fen, subsidy_fen=card.subsidy_fen), 0, on_top_fen


def _has_expired(card: CardFacts, *, on: date) -> bool:
    return card.expires_on is not None and card.expires_on < on
