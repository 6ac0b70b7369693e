"""Typed reads of the room."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import F

from onecard.allowances import queries as allowances
from onecard.allowances.types import AllowanceLag
from onecard.cards import queries as cards
from onecard.cards.types import BlacklistLag
from onecard.kernel import clock, sql
from onecard.kernel.secrets import reveal
from onecard.merchants.models import Merchant
from onecard.terminals.models import Enrolment, ParameterSet, Terminal, TerminalSession
from onecard.terminals.parameters import BUILT_IN, OfflineLimits, ParameterContent, decode_content, read_content
from onecard.terminals.rules import alerts_of, exposure_fen, presence_of, token_digest, trouble_first
from onecard.terminals.types import (
    LIMITS,
    RECORD_KEY_PURPOSE,
    SHARED_KEY_PURPOSE,
    BoardCounts,
    BoardLine,
    Exposure,
    Gap,
    GapPlace,
    KeyScheme,
    Presence,
    TerminalFacts,
    TerminalPass,
)

MOST_PLACES = 1_000
"""How many gaps one look at them names at most."""


def record_keys(terminal_ids: Iterable[int]) -> dict[int, bytes]:
    """The record keys of these terminals, by id; an unknown id is absent."""
    rows = Terminal.objects.filter(pk__in=set(terminal_ids)).values_list("pk", "record_key")
    return {pk: reveal(bytes(concealed), purpose=RECORD_KEY_PURPOSE) for pk, concealed in rows}


def sources_of(terminal_ids: Iterable[int]) -> dict[int, int]:
    """The ledger source's id of these terminals, by id."""
    return dict(Terminal.objects.filter(pk__in=set(terminal_ids)).values_list("pk", "source_id"))


def gaps(*, terminal_id: int | None = None, limit: int = MOST_PLACES) -> list[Gap]:
    """Missing numbers of all terminals, or of one, in order of terminal, batch and number; at most `limit` places."""
    rows = sql.call(sql.text_of("terminals", "queries/gaps"), [terminal_id, terminal_id, limit])
    return [Gap(*row) for row in rows]


def gap_places(
    *, q: str = "", merchant_id: int | None = None, is_not_found: bool | None = None, limit: int = MOST_PLACES
) -> list[GapPlace]:
    """Gaps of all terminals in order of code, batch and number, at most `limit`: of terminals whose code or name has `q` in it,
    of one merchant, and of those that the terminal says it doesn't have, or of the others.
    """
    arguments = {"q": q, "merchant": merchant_id, "not_found": is_not_found, "limit": limit}
    rows = sql.call(sql.text_of("terminals", "queries/gap_places"), arguments)
    return [
        GapPlace(code, merchant, name, batch_id, Gap(*place), since, asked_by or "", asked_at, not_found_at)
        for code, merchant, name, batch_id, *place, since, asked_by, asked_at, not_found_at in rows
    ]


def missing_totals() -> tuple[int, int]:
    """(missing numbers, places where they are missing), over all terminals and batches, counted from 1 within each batch."""
    [row] = sql.call(sql.text_of("terminals", "queries/missing_totals"))
    return int(row[0]), int(row[1])


def terminals_with(codes: Iterable[str]) -> dict[str, Terminal]:
    """The terminals with these codes, by code; an unknown code is absent."""
    return {terminal.code: terminal for terminal in Terminal.objects.filter(code__in=set(codes))}


def terminal_ids_at(merchant_ids: Iterable[int]) -> list[int]:
    """The ids of all terminals at these merchants."""
    return list(Terminal.objects.filter(merchant_id__in=set(merchant_ids)).order_by("pk").values_list("pk", flat=True))


def merchant_at(terminal_id: int, *, at: datetime) -> Merchant:
    """Whose terminal it was at that moment: who is owed for what it sold then. Terminal.DoesNotExist for an unknown one."""
    terminal = Terminal.objects.select_related("merchant").get(pk=terminal_id)
    if terminal.merchant_since is None or terminal.merchant_since <= at:
        return terminal.merchant
    past = terminal.past_assignments.select_related("merchant").filter(until__gt=at).order_by("until").first()
    return past.merchant if past else terminal.merchant


def live_enrolment(code: str) -> Enrolment | None:
    """The device that acts as the terminal with this code; None when none does."""
    return Enrolment.objects.select_related("terminal").filter(terminal__code=code, ended_at=None).first()


def signing_key(enrolment: Enrolment) -> bytes:
    """What the device's signatures are verified with: its public key, or the shared key in clear."""
    if enrolment.scheme == KeyScheme.HMAC_SHA256:
        return reveal(bytes(enrolment.key), purpose=SHARED_KEY_PURPOSE)
    return bytes(enrolment.key)


def pass_of(token: str) -> TerminalPass | None:
    """What a session's token stands for; None unless it is that of the terminal's newest session and has not expired."""
    found = TerminalSession.objects.select_related("terminal").filter(
        token_digest=token_digest(token), expires_at__gt=clock.now(), session_no=F("terminal__session_no")
    )
    session = found.first()
    if session is None:
        return None
    terminal = session.terminal
    record_key = reveal(bytes(terminal.record_key), purpose=RECORD_KEY_PURPOSE)
    return TerminalPass(terminal.pk, terminal.code, session.session_no, record_key, session.expires_at)


def session_numbers(terminal_ids: Iterable[int]) -> dict[int, int]:
    """The number of the one good session of these terminals, by id: a pass with another number is void."""
    return dict(Terminal.objects.filter(pk__in=set(terminal_ids)).values_list("pk", "session_no"))


def parameters_for(terminal_id: int, *, at: datetime) -> tuple[int, datetime, ParameterContent]:
    """(version, effective from, content) that hold for the terminal; version 0 is what is built in."""
    rows = sql.call(sql.text_of("terminals", "queries/parameters_for"), [terminal_id, at])
    if not rows:
        return 0, datetime(1970, 1, 1, tzinfo=UTC), BUILT_IN
    version, effective_from, content = rows[0]
    return version, effective_from, decode_content(content)


def scope_of(scope: str) -> tuple[Merchant | None, Terminal | None] | None:
    """What `all`, `merchant:CODE` or `terminal:CODE` names: (merchant, terminal), both None for all; None for an unknown one."""
    kind, _colon, code = scope.partition(":")
    merchant = Merchant.objects.filter(code=code).first() if kind == "merchant" else None
    terminal = Terminal.objects.filter(code=code).first() if kind == "terminal" else None
    return (merchant, terminal) if scope == "all" or merchant or terminal else None


def set_in_force(
    scope: tuple[Merchant | None, Terminal | None], *, at: datetime, below: int | None = None
) -> tuple[int, ParameterContent]:
    """(version, content) that hold at a moment for a terminal, a merchant's terminals without sets of their own, or all others.

    `below`: as it would be without that version and later ones. Version 0 is what is built in.
    """
    merchant, terminal = scope
    known = ParameterSet.objects.filter(effective_from__lte=at).order_by("-version")
    if below is not None:
        known = known.filter(version__lt=below)
    places: list[dict[str, Any]] = [{"terminal": terminal}] if terminal else []
    merchant_id = terminal.merchant_id if terminal else merchant and merchant.pk
    places += [{"merchant_id": merchant_id, "terminal": None}] if merchant_id else []
    places += [{"merchant": None, "terminal": None}]
    held = next((found for place in places if (found := known.filter(**place).first())), None)
    return (held.version, read_content(held.content)) if held else (0, BUILT_IN)


def to_recollect(terminal_id: int, *, limit: int = 100) -> list[Gap]:
    """What the terminal is asked for again, oldest first: gaps less what it said it doesn't have."""
    rows = sql.call(sql.text_of("terminals", "queries/to_recollect"), [terminal_id, limit])
    return [Gap(terminal_id, *row) for row in rows]


def facts(*, terminal_id: int | None = None) -> list[TerminalFacts]:
    """What is known now of every terminal, or of one, in order of code."""
    now = clock.now()
    arguments = {"at": now, "sessions_since": now - timedelta(hours=1), "terminal_id": terminal_id}
    rows = sql.named(sql.text_of("terminals", "queries/board"), arguments, prepare=True)
    lags = cards.blacklist_lags(row["blacklist_version"] for row in rows if row["heard_at"] is not None)
    contents = contents_of(row["parameters_version"] for row in rows)
    of_allowances = allowances.lags(row["allowances_version"] for row in rows if row["allowances_version"] is not None)
    return [
        _facts(
            row,
            lag=lags.get(row["blacklist_version"]),
            of_allowances=of_allowances.get(row["allowances_version"]),
            content=contents.get(row["parameters_version"], BUILT_IN),
        )
        for row in rows
    ]


def _facts(
    row: dict[str, Any], *, lag: BlacklistLag | None, of_allowances: AllowanceLag | None, content: ParameterContent
) -> TerminalFacts:
    opens_at, closes_at = row.pop("opens_at"), row.pop("closes_at")
    behind = lag if lag is not None and row["heard_at"] is not None else BlacklistLag(0, 0, None)
    held = of_allowances or AllowanceLag(0, None)
    return TerminalFacts(
        **{**row, "faults": tuple(row["faults"])},
        hours=None if opens_at is None else (opens_at, closes_at),
        heartbeat_s=content.heartbeat_s,
        needs_allowance=content.offline.needs_allowance,
        allowances_changes=held.changes,
        allowances_since=held.since,
        blacklist_changes=behind.changes,
        blacklist_cards=behind.cards,
        blacklist_since=behind.since,
    )


def board(*, terminal_id: int | None = None) -> list[BoardLine]:
    """Every terminal, or one, with what is wrong with it now; trouble first."""
    at = clock.now().astimezone(clock.campus_zone())
    lines = (
        BoardLine(known, presence_of(known, at=at, limits=LIMITS), alerts_of(known, at=at, limits=LIMITS))
        for known in facts(terminal_id=terminal_id)
    )
    return sorted(lines, key=trouble_first)


def board_counts(lines: Iterable[BoardLine]) -> BoardCounts:
    """How many terminals of the board there are, with a device, in touch, and with an alert."""
    of = list(lines)
    return BoardCounts(
        terminals=len(of),
        enrolled=sum(line.presence is not Presence.NO_DEVICE for line in of),
        online=sum(line.presence is Presence.ONLINE for line in of),
        alerting=sum(bool(line.alerts) for line in of),
    )


def exposures() -> list[Exposure]:
    """The exposure of every terminal that lacks cards of the blacklist, largest first; what nothing bounds comes before all."""
    now = clock.now()
    lines = [line for line in board() if line.facts.blacklist_cards and line.facts.heard_at is not None]
    contents = contents_of(line.facts.parameters_version for line in lines)
    given = allowances.given_to_unknown(_held_lists(line.facts) for line in lines if line.facts.needs_allowance)
    found = [
        _exposure(
            line,
            offline=contents.get(line.facts.parameters_version, BUILT_IN).offline,
            given_fen=given[_held_lists(line.facts)] if line.facts.needs_allowance else None,
            now=now,
        )
        for line in lines
    ]
    return sorted(found, key=lambda one: (one.exposure_fen is not None, -(one.exposure_fen or 0), one.line.facts.code))


def _held_lists(facts: TerminalFacts) -> tuple[int, int]:
    """The versions of blacklist and allowances that the terminal said it holds; 0 for none."""
    return facts.blacklist_version, facts.allowances_version or 0


def _exposure(line: BoardLine, *, offline: OfflineLimits, given_fen: int | None, now: datetime) -> Exposure:
    facts = line.facts
    could = exposure_fen(
        facts.blacklist_cards,
        offline=offline,
        single_limit_fen=facts.single_limit_fen,
        silent_for=now - (facts.heard_at or now),
        given_fen=given_fen,
    )
    return Exposure(line, offline.card_limit_fen, offline.total_limit_fen, given_fen, could)


def contents_of(versions: Iterable[int]) -> dict[int, ParameterContent]:
    """The content of these versions of the parameters, by version; 0 is what is built in, an unknown one is absent."""
    rows = ParameterSet.objects.filter(pk__in=set(versions)).values_list("pk", "content")
    return {0: BUILT_IN} | {version: read_content(content) for version, content in rows}
