"""Handlers: parameters, blacklist, heartbeat, missing numbers, time."""

from __future__ import annotations

from datetime import datetime, time

import msgspec

from onecard.allowances import queries as allowances_of_cards
from onecard.allowances.actions.take_allowances import take_allowances
from onecard.cards import queries as cards
from onecard.gateway import signing
from onecard.gateway.calls import Call
from onecard.gateway.messages import (
    Allowances,
    AllowancesWanted,
    Blacklist,
    BlacklistWanted,
    Heartbeat,
    HeartbeatAnswer,
    MealPeriod,
    Missing,
    MissingNumbers,
    Noted,
    NotFound,
    OfflineLimits,
    Parameters,
    ParametersApplied,
    Price,
    SignedTime,
    TimeWanted,
)
from onecard.gateway.passes import centre_key
from onecard.gateway.refusals import refused
from onecard.kernel import clock
from onecard.terminals import queries
from onecard.terminals.actions.note_not_found import note_not_found
from onecard.terminals.actions.record_heartbeat import record_heartbeat, record_parameters_applied
from onecard.terminals.models import Terminal
from onecard.terminals.rules import microseconds, moment_of
from onecard.terminals.types import Gap, HeartbeatReport, TerminalState


def parameters(call: Call) -> Parameters:
    """What holds for the terminal now."""
    now = moment_of(call.now_us)
    terminal = Terminal.objects.select_related("merchant").get(pk=call.caller.terminal_id)
    version, effective_from, content = queries.parameters_for(terminal.pk, at=now)
    return Parameters(
        version=version,
        effective_from_us=microseconds(effective_from),
        merchant=terminal.merchant.name,
        terminal_name=terminal.name or terminal.code,
        single_limit_fen=terminal.single_limit_fen,
        opens_at_min=_minute(terminal.opens_at),
        closes_at_min=_minute(terminal.closes_at),
        utc_offset_min=_utc_offset_min(now),
        heartbeat_s=content.heartbeat_s,
        meal_periods=msgspec.convert(content.meal_periods, list[MealPeriod], from_attributes=True),
        prices=msgspec.convert(content.prices, list[Price], from_attributes=True),
        offline=msgspec.convert(content.offline, OfflineLimits, from_attributes=True),
        receipt_text=content.receipt_text,
    )


def _minute(at: time | None) -> int | None:
    return None if at is None else at.hour * 60 + at.minute


def _utc_offset_min(now: datetime) -> int:
    offset = now.astimezone(clock.campus_zone()).utcoffset()
    return 0 if offset is None else int(offset.total_seconds()) // 60


def parameters_applied(call: Call) -> Noted:
    """The terminal works by this version now; refused (CONFLICT) when it is not the one that holds."""
    wanted: ParametersApplied = call.message
    now = moment_of(call.now_us)
    version, _, _ = queries.parameters_for(call.caller.terminal_id, at=now)
    if wanted.version != version:
        raise refused("CONFLICT", f"version {version} holds now; load it")
    record_parameters_applied(call.caller.terminal_id, version, heard_at=now)
    return Noted(time_us=call.now_us)


def blacklist(call: Call) -> Blacklist:
    """The whole set page by page, or what changed since a version."""
    wanted: BlacklistWanted = call.message
    return _whole_blacklist(wanted) if wanted.since is None else _changes_since(wanted.since, limit=wanted.limit)


def _changes_since(since: int, *, limit: int) -> Blacklist:
    newest = cards.blacklist_head().version
    if since > newest:
        raise refused("CONFLICT", f"version {since} does not exist, the newest is {newest}: load the whole list")
    delta = cards.blacklist_delta(since, limit=limit)
    return Blacklist(
        full=False,
        since=since,
        version=delta.to_version,
        added=delta.added,
        removed=delta.removed,
        has_more=delta.to_version < newest,
        count=delta.count,
        checksum=signing.checksum_text(delta.checksum),
    )


def _whole_blacklist(wanted: BlacklistWanted) -> Blacklist:
    at = cards.blacklist_head() if wanted.version is None else cards.blacklist_at(wanted.version)
    if at is None:
        raise refused("CONFLICT", f"version {wanted.version} does not exist: begin without a version")
    after = -1 if wanted.after is None else wanted.after
    numbers = cards.blacklist_page(version=at.version, after_card_no=after, limit=wanted.limit)
    return Blacklist(
        full=True,
        since=0,
        version=at.version,
        added=numbers,
        removed=[],
        has_more=len(numbers) == wanted.limit,
        count=at.count,
        checksum=signing.checksum_text(at.checksum),
    )


def allowances(call: Call) -> Allowances:
    """脱机额度: what changed since a version; refused (CONFLICT) to a terminal whose parameters don't say that it needs it."""
    wanted: AllowancesWanted = call.message
    _version, _since, content = queries.parameters_for(call.caller.terminal_id, at=moment_of(call.now_us))
    if not content.offline.needs_allowance:
        raise refused("CONFLICT", "the parameters of this terminal don't say needs_allowance")
    take_allowances()
    changes = allowances_of_cards.changes_since(wanted.since, limit=wanted.limit)
    if changes is None:
        raise refused("CONFLICT", f"version {wanted.since} does not exist: load the whole list")
    return Allowances(
        since=wanted.since,
        version=changes.to_version,
        listed=changes.listed,
        removed=changes.removed,
        has_more=changes.has_more,
        count=changes.count,
        checksum=signing.checksum_text(changes.checksum),
    )


def heartbeat(call: Call) -> HeartbeatAnswer:
    """Keep how the terminal is, and tell it what to look after."""
    said: Heartbeat = call.message
    now = moment_of(call.now_us)
    terminal_id = call.caller.terminal_id
    report = HeartbeatReport(
        sent_at=moment_of(said.sent_at_us),
        batch_no=said.batch_no,
        last_seq=said.last_seq,
        unsent=said.unsent,
        storage_pct=said.storage_pct,
        firmware=said.firmware,
        blacklist_version=said.blacklist_version,
        parameters_version=said.parameters_version,
        faults=tuple(said.faults),
        allowances_version=said.allowances_version,
    )
    offset_us = record_heartbeat(terminal_id, report, heard_at=now)
    state = Terminal.objects.values_list("state", flat=True).get(pk=terminal_id)
    version, _since, content = queries.parameters_for(terminal_id, at=now)
    return HeartbeatAnswer(
        time_us=call.now_us,
        clock_offset_us=offset_us,
        parameters_version=version,
        blacklist_version=cards.blacklist_head().version,
        has_missing=bool(queries.to_recollect(terminal_id, limit=1)),
        is_disabled=state == TerminalState.DISABLED,
        allowances_version=take_allowances() if content.offline.needs_allowance else None,
    )


def missing_numbers(call: Call) -> MissingNumbers:
    """补采: the numbers that the centre lacks of this terminal."""
    return MissingNumbers(missing=missing_of(queries.to_recollect(call.caller.terminal_id)))


def missing_of(gaps: list[Gap]) -> list[Missing]:
    """Gaps as the protocol writes them."""
    return [Missing(gap.batch_no, gap.first_seq, gap.last_seq) for gap in gaps]


def not_found(call: Call) -> Noted:
    """The terminal has no records under these numbers."""
    said: NotFound = call.message
    places = [(one.batch_no, one.first_seq, one.last_seq) for one in said.places]
    if any(first > last for _, first, last in places):
        raise refused("INVALID", "first_seq is larger than last_seq")
    note_not_found(call.caller.terminal_id, places, heard_at=moment_of(call.now_us))
    return Noted(time_us=call.now_us)


def signed_time(call: Call) -> SignedTime:
    """The time, signed by the centre over the terminal's nonce."""
    wanted: TimeWanted = call.message
    text = signing.time_text(nonce=wanted.nonce, time_us=call.now_us)
    signature = signing.sign(text, scheme=signing.ED25519, key=centre_key())
    return SignedTime(time_us=call.now_us, nonce=wanted.nonce, signature=signature)
