"""Pure decisions of the room: the record MAC, a source's number, gaps, alerts, the exposure to lost cards."""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from onecard.terminals.parameters import OfflineLimits
from onecard.terminals.types import (
    MAX_BATCH_NO,
    MAX_SEQ,
    SEQ_PER_BATCH,
    Alert,
    AlertLimits,
    BoardLine,
    BoardState,
    Gap,
    MoveOutcome,
    Presence,
    TerminalFacts,
    TerminalRecord,
)

RECORD_KEY_BYTES = 32
MAC_BYTES = 16
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ABSENT = -1
_LAYOUT = struct.Struct(">qqqqqqqqqq")


def number_of(record: TerminalRecord) -> int:
    """The ledger source's number of a record: batch_no * 10^9 + seq."""
    return record.batch_no * SEQ_PER_BATCH + record.seq


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970-01-01 UTC, exactly (no float)."""
    passed = moment - _EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def moment_of(us: int) -> datetime:
    """The moment of so many microseconds since 1970-01-01 UTC."""
    return _EPOCH + timedelta(microseconds=us)


def clock_offset_us(sent_at: datetime, *, heard_at: datetime) -> int:
    """What has to be added to the clock that said `sent_at`, in microseconds; the way of the message is not known and left in."""
    return microseconds(heard_at) - microseconds(sent_at)


def record_bytes(record: TerminalRecord) -> bytes:
    """What the MAC covers: ten big-endian int64 (batch_no, seq, card_no, amount_fen, microseconds since 1970, blacklist_version,
    card_counter, purse_after_fen, sam_id, sam_seq; -1 for an absent one), then the TAC's bytes. The key names the terminal.
    """
    blacklist_version, card_counter, purse_after_fen = record.blacklist_version, record.card_counter, record.purse_after_fen
    return _LAYOUT.pack(
        record.batch_no,
        record.seq,
        record.card_no,
        record.amount_fen,
        microseconds(record.occurred_at),
        _ABSENT if blacklist_version is None else blacklist_version,
        _ABSENT if card_counter is None else card_counter,
        _ABSENT if purse_after_fen is None else purse_after_fen,
        _ABSENT if record.sam_id is None else record.sam_id,
        _ABSENT if record.sam_seq is None else record.sam_seq,
    ) + (record.tac or b"")


def record_mac(record: TerminalRecord, *, key: bytes) -> bytes:
    """HMAC-SHA256 of the record by the terminal's record key, the first 16 bytes."""
    return hmac.digest(key, record_bytes(record), "sha256")[:MAC_BYTES]


def has_valid_mac(record: TerminalRecord, *, key: bytes) -> bool:
    """Whether the record is as the terminal wrote it."""
    return hmac.compare_digest(record_mac(record, key=key), record.mac)


def token_digest(token: str) -> bytes:
    """What is kept of a token or a challenge."""
    return hashlib.sha256(token.encode()).digest()


def is_numbered(record: TerminalRecord) -> bool:
    """Whether batch and number lie in the bounds of the sequence watch."""
    return 0 <= record.batch_no <= MAX_BATCH_NO and 1 <= record.seq <= MAX_SEQ


def gaps_of(received: Iterable[tuple[int, int]], *, terminal_id: int, batch_no: int) -> list[Gap]:
    """The holes of a batch, counted from 1 to its last number. `received` are half-open ranges in ascending order."""
    gaps = []
    expected = 1
    for first, after_last in received:
        if first > expected:
            gaps.append(Gap(terminal_id, batch_no, expected, first - 1))
        expected = after_last
    return gaps


def judge_move(
    *, is_there: bool, since: datetime, now: datetime, last_moved: datetime | None, last_sold: datetime | None
) -> MoveOutcome:
    """Whether a terminal may be moved to another merchant since that moment; the first line that applies wins."""
    in_order = (
        (is_there, MoveOutcome.REPEATED),
        (since > now, MoveOutcome.REFUSED_TO_COME),
        (last_moved is not None and since <= last_moved, MoveOutcome.REFUSED_BEFORE_LAST_MOVE),
        (last_sold is not None and since <= last_sold, MoveOutcome.REFUSED_SOLD_SINCE),
    )
    return next((outcome for applies, outcome in in_order if applies), MoveOutcome.DONE)


def open_since(hours: tuple[time, time] | None, *, at: datetime) -> datetime | None:
    """When the opening hours that hold at this moment began; None when it is closed. `at` is on campus time.

    Hours may cross midnight; without hours it has always been open.
    """
    if hours is None:
        return _EPOCH
    opens_at, closes_at = hours
    for day in (at.date(), at.date() - timedelta(days=1)):
        began = datetime.combine(day, opens_at, at.tzinfo)
        ends = datetime.combine(day + timedelta(days=closes_at <= opens_at), closes_at, at.tzinfo)
        if began <= at < ends:
            return began
    return None


def presence_of(facts: TerminalFacts, *, at: datetime, limits: AlertLimits) -> Presence:
    """Whether the terminal is in touch: it is until it has missed so many heartbeats."""
    if facts.enrolled_at is None:
        return Presence.NO_DEVICE
    if facts.heard_at is None:
        return Presence.NEVER_HEARD
    return Presence.OFFLINE if at - facts.heard_at > _patience(facts, limits=limits) else Presence.ONLINE


def _patience(facts: TerminalFacts, *, limits: AlertLimits) -> timedelta:
    return timedelta(seconds=facts.heartbeat_s * limits.missed_heartbeats)


def alerts_of(facts: TerminalFacts, *, at: datetime, limits: AlertLimits) -> tuple[Alert, ...]:
    """What is wrong with the terminal, the gravest first; nothing while no device is enrolled. `at` is on campus time.

    Silence and an old blacklist count only while it is enabled and open: a stall that is closed may be switched off. It is silent
    when it missed its heartbeats since it opened.
    """
    if facts.enrolled_at is None:
        return ()
    opened = open_since(facts.hours, at=at) if facts.is_enabled else None
    is_wrong = {
        Alert.CLONE_SUSPECTED: facts.sessions >= limits.sessions_an_hour or facts.conflicts >= limits.conflicts,
        Alert.SILENT: opened is not None and _is_silent(facts, opened=opened, at=at, limits=limits),
        Alert.FAULT: bool(facts.faults),
        Alert.STORAGE_NEARLY_FULL: facts.storage_pct >= limits.storage_pct,
        Alert.CLOCK_WRONG: abs(facts.clock_offset_us) > limits.clock_off_s * 1_000_000,
        Alert.BLACKLIST_BEHIND: opened is not None
        and facts.blacklist_since is not None
        and at - max(facts.blacklist_since, opened) > timedelta(minutes=limits.blacklist_behind_min),
    }
    return tuple(alert for alert in Alert if is_wrong[alert])


def _is_silent(facts: TerminalFacts, *, opened: datetime, at: datetime, limits: AlertLimits) -> bool:
    started = max(opened, facts.enrolled_at or opened, facts.heard_at or opened)
    return at - started > _patience(facts, limits=limits)


def trouble_first(line: BoardLine) -> tuple[int, int, bool, bool, str]:
    """The board's order: the gravest alert first, then most alerts, then what waits for a person, then disabled ones; by code."""
    gravest = list(Alert).index(line.alerts[0]) if line.alerts else len(Alert)
    nothing_waits = not (line.facts.held or line.facts.missing)
    return gravest, -len(line.alerts), nothing_waits, line.facts.is_enabled, line.facts.code


def is_in_state(line: BoardLine, state: str) -> bool:
    """Whether the board shows the terminal when it is narrowed to this presence, alert or BoardState; an unknown state: never."""
    facts = line.facts
    if state in Presence.values:
        return line.presence == state
    if state in Alert.values:
        return state in line.alerts
    applies = {
        BoardState.ALERTING: bool(line.alerts),
        BoardState.DISABLED: not facts.is_enabled,
        BoardState.UNSENT: facts.unsent > 0,
        BoardState.MISSING: facts.missing > 0,
        BoardState.HELD: facts.held > 0,
        BoardState.PARAMETERS_BEHIND: facts.enrolled_at is not None and facts.parameters_version != facts.parameters_due,
    }
    return state in BoardState.values and applies[BoardState(state)]


def exposure_fen(
    cards: int, *, offline: OfflineLimits, single_limit_fen: int | None, silent_for: timedelta, given_fen: int | None = None
) -> int | None:
    """风险敞口: the most, in fen, that a terminal could still accept on `cards` that are listed and unknown to its blacklist.

        min(cards x card limit, given, total limit, records x the most a record can be)

    over those limits that are set (zero is none); the most a record can be is the least of the single limit, the terminal's own
    and the card limit. `given_fen` is what its list of allowances gives those cards, None when it needs none. Nothing when it may
    not sell offline, or has been silent for longer than it may. None: no limit bounds it.

    An upper bound: the terminal is taken to have sold nothing offline so far, and to ask nobody from now on. The money on those
    cards is no bound, since a terminal that cannot ask doesn't know it.
    """
    is_over = offline.max_hours and silent_for > timedelta(hours=offline.max_hours)
    if cards == 0 or given_fen == 0 or not offline.is_allowed or is_over:
        return 0
    singles = [fen for fen in (offline.single_limit_fen, single_limit_fen, offline.card_limit_fen) if fen]
    bounds = [
        cards * offline.card_limit_fen,
        given_fen or 0,
        offline.total_limit_fen,
        offline.max_records * min(singles, default=0),
    ]
    return min((fen for fen in bounds if fen), default=None)
