"""Handlers of money: online purchases, reversals, collections. They go through lanes (lane.py), many requests a transaction."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence
from typing import Any

import msgspec

from onecard.cards import queries as cards
from onecard.cards.actions.check_pin import check_pin
from onecard.gateway.calls import Call
from onecard.gateway.keeping import missing_of
from onecard.gateway.lane import Job
from onecard.gateway.messages import (
    CollectedRecord,
    CollectedResult,
    Collection,
    CollectionResults,
    OnlinePurchase,
    OnlinePurchases,
    OnlineRecord,
    OnlineResult,
    ReversalResult,
    Reversals,
)
from onecard.gateway.refusals import Refused, refused
from onecard.kernel import clock
from onecard.ledger.actions.hold_records import hold_records
from onecard.purchases.actions.authorise_purchases import authorise_purchases
from onecard.purchases.actions.collect_purchases import collect_purchases
from onecard.purchases.actions.reverse_purchases import reverse_purchases
from onecard.purchases.limits import limits_now
from onecard.purchases.types import Outcome, PinCheck, PurchaseLimits, Result
from onecard.terminals import queries, rules
from onecard.terminals.types import TerminalPass, TerminalRecord

UNREADABLE = "HELD_INVALID"


@dataclasses.dataclass(frozen=True, slots=True)
class Online:
    """A purchase to approve: its record, what was found about its PIN, whether the answer shall tell the balance."""

    record: TerminalRecord
    pin: PinCheck
    wants_balance: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Unreadable:
    """A collected record that is none; held as it came."""

    raw: str


# Reading requests: on the event loop, before a lane.


def online_items(call: Call) -> list[Online]:
    """The purchases of a request; Refused (BAD_MAC) when one of them is not as the terminal wrote it."""
    message: OnlinePurchases = call.message
    terminal = call.caller
    items = []
    for one in message.purchases:
        record = _signed_record(one, terminal=terminal)
        items.append(Online(record, _pin_check(one, terminal=terminal), message.wants_balance))
    return items


def _pin_check(one: OnlinePurchase, *, terminal: TerminalPass) -> PinCheck:
    if one.pin is None:
        return PinCheck.NOT_GIVEN
    record = f"{terminal.terminal_id}/{one.batch_no}/{one.seq}"
    return PinCheck.RIGHT if check_pin(one.card_no, one.pin, record=record) else PinCheck.WRONG


def carries_pin(call: Call) -> bool:
    """Whether a PIN has to be checked, which takes long: not on the event loop."""
    return any(one.pin is not None for one in call.message.purchases)


def reversal_items(call: Call) -> list[TerminalRecord]:
    """The purchases to reverse; Refused (BAD_MAC) as for purchases."""
    message: Reversals = call.message
    return [_signed_record(one, terminal=call.caller) for one in message.reversals]


def _signed_record(one: OnlineRecord, *, terminal: TerminalPass) -> TerminalRecord:
    record = TerminalRecord(
        terminal.terminal_id,
        one.batch_no,
        one.seq,
        one.card_no,
        one.amount_fen,
        rules.moment_of(one.occurred_at_us),
        mac=bytes.fromhex(one.mac),
    )
    if not rules.has_valid_mac(record, key=terminal.record_key):
        raise refused("BAD_MAC", f"The MAC of batch {one.batch_no} number {one.seq} is not right: nothing was booked.")
    return record


_record = msgspec.json.Decoder(CollectedRecord)


def collected_items(call: Call) -> list[TerminalRecord | Unreadable]:
    """The records of a collection; what cannot be read stays as it came."""
    message: Collection = call.message
    return [_collected(raw, terminal=call.caller) for raw in message.records]


def _collected(raw: msgspec.Raw, *, terminal: TerminalPass) -> TerminalRecord | Unreadable:
    try:
        one = _record.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Unreadable(bytes(raw).decode("utf-8", errors="replace").replace("\x00", "\N{REPLACEMENT CHARACTER}"))
    return TerminalRecord(
        terminal.terminal_id,
        one.batch_no,
        one.seq,
        one.card_no,
        one.amount_fen,
        rules.moment_of(one.occurred_at_us),
        one.blacklist_version,
        one.card_counter,
        one.purse_after_fen,
        one.sam_id,
        one.sam_seq,
        bytes.fromhex(one.tac) if one.tac else None,
        bytes.fromhex(one.mac),
    )


# Booking: in a lane's thread.


def _standing(jobs: Sequence[Job[Any]]) -> list[Refused | None]:
    """A refusal for each job whose session is not the terminal's newest any more: revoked, rolled, or opened again elsewhere."""
    numbers = queries.session_numbers({job.terminal.terminal_id for job in jobs})
    return [None if numbers.get(job.terminal.terminal_id) == job.terminal.session_no else refused("BAD_TOKEN") for job in jobs]


def _each_good_job(jobs: list[Job[Any]], book: Any) -> list[Any]:
    """Book the items of all jobs whose session is good, in one go; each job's share of the results, or its refusal."""
    answers: list[Any] = list(_standing(jobs))
    good = [at for at, refusal in enumerate(answers) if refusal is None]
    results = book([item for at in good for item in jobs[at].items])
    first = 0
    for at in good:
        size = len(jobs[at].items)
        answers[at] = results[first : first + size]
        first += size
    return answers


def book_online(jobs: list[Job[Online]]) -> list[Any]:
    """Authorise everything in one transaction; [OnlineResult] for each job."""
    return _each_good_job(jobs, _authorise)


def _authorise(items: list[Online]) -> list[OnlineResult]:
    if not items:
        return []
    own = cards.own_limits({item.record.card_no for item in items})
    results = _by_limits(items, own=own) if own else _authorise_under(items, limits=None)
    wanted = {item.record.card_no for item in items if item.wants_balance}
    balances = cards.spendable(wanted) if wanted else {}
    return [
        OnlineResult(
            item.record.batch_no,
            item.record.seq,
            result.outcome.name,
            _NAMES.get(result.first_outcome),
            balances.get(item.record.card_no) if item.wants_balance else None,
            result.surcharge_fen,
        )
        for item, result in zip(items, results, strict=True)
    ]


def _authorise_under(items: list[Online], *, limits: PurchaseLimits | None) -> list[Result]:
    return authorise_purchases([item.record for item in items], pins=[item.pin for item in items], limits=limits)


def _by_limits(items: list[Online], *, own: dict[int, tuple[int, int]]) -> list[Result]:
    """Cards whose holder lowered what goes without the PIN are asked about under their own limits, the rest together."""
    centre = limits_now()
    groups: dict[tuple[int, int], list[int]] = {}
    for at, item in enumerate(items):
        single_fen, day_fen = own.get(item.record.card_no, (centre.pin_single_fen, centre.pin_day_fen))
        lower = (min(single_fen, centre.pin_single_fen), min(day_fen, centre.pin_day_fen))
        groups.setdefault(lower, []).append(at)
    found: dict[int, Result] = {}
    for (single_fen, day_fen), places in groups.items():
        limits = dataclasses.replace(centre, pin_single_fen=single_fen, pin_day_fen=day_fen)
        found |= zip(places, _authorise_under([items[at] for at in places], limits=limits), strict=True)
    return [found[at] for at in range(len(items))]


def book_reversals(jobs: list[Job[TerminalRecord]]) -> list[Any]:
    """Reverse everything in one transaction; [ReversalResult] for each job."""
    return _each_good_job(jobs, _reverse)


def _reverse(records: list[TerminalRecord]) -> list[ReversalResult]:
    outcomes = reverse_purchases(records) if records else []
    return [ReversalResult(one.batch_no, one.seq, outcome.name) for one, outcome in zip(records, outcomes, strict=True)]


def book_collected(jobs: list[Job[TerminalRecord | Unreadable]]) -> list[Any]:
    """Book everything in one transaction; CollectionResults for each job, with what the terminal is still asked for."""
    keys = {job.terminal.terminal_id: job.terminal.record_key for job in jobs}
    refusals = _standing(jobs)
    good = [job for job, refusal in zip(jobs, refusals, strict=True) if refusal is None]
    for job in good:
        _hold(job)
    results = iter(_collect([item for job in good for item in job.items if isinstance(item, TerminalRecord)], keys=keys))
    return [
        refusal
        or CollectionResults(
            results=[_HELD if isinstance(item, Unreadable) else _collected_result(next(results)) for item in job.items],
            missing=missing_of(queries.to_recollect(job.terminal.terminal_id)),
        )
        for job, refusal in zip(jobs, refusals, strict=True)
    ]


def _collect(records: list[TerminalRecord], *, keys: dict[int, bytes]) -> list[Result]:
    return collect_purchases(records, keys=keys) if records else []


def _hold(job: Job[TerminalRecord | Unreadable]) -> None:
    """Keep what cannot be read, as text, for a person (DESIGN §4.5)."""
    raws = [item.raw for item in job.items if isinstance(item, Unreadable)]
    if raws:
        [source_id] = queries.sources_of([job.terminal.terminal_id]).values()
        rows = [(source_id, 0, {"unreadable": raw, "terminal_id": job.terminal.terminal_id}) for raw in raws]
        hold_records(rows, reason=UNREADABLE, owner_post="settlement_clerk", received_at=clock.now())


_NAMES: dict[Outcome | None, str | None] = {outcome: outcome.name for outcome in Outcome}
_HELD = CollectedResult(outcome=UNREADABLE)


@functools.lru_cache(maxsize=10_000)
def _collected_result(result: Result) -> CollectedResult:
    return CollectedResult(result.outcome.name, _NAMES.get(result.first_outcome), int(result.flags))
