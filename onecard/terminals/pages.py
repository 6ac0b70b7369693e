"""The status board of all terminals (状态墙) and the exposure meter (风险敞口): pages that are only looked at."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from onecard.cards import queries as cards
from onecard.kernel import clock
from onecard.kernel.pages import link, made_for
from onecard.terminals import queries
from onecard.terminals.rules import is_in_state
from onecard.terminals.types import LIMITS, Alert, BoardLine, BoardState, Exposure, Presence, TerminalFacts

SEES_TERMINALS = "terminals.view_terminal"
LINES_A_PAGE = 50
STATES = (*BoardState.choices, *Presence.choices, *Alert.choices)
ALERT_COLOURS = {Alert.CLONE_SUSPECTED: "bad", Alert.SILENT: "bad", Alert.FAULT: "bad"}
PRESENCE_COLOURS = {
    Presence.ONLINE: "good",
    Presence.OFFLINE: "plain",
    Presence.NEVER_HEARD: "plain",
    Presence.NO_DEVICE: "plain",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Narrowing:
    """To what a page of terminals is narrowed, from its address."""

    q: str
    merchant: str
    state: str

    @classmethod
    def of(cls, request: HttpRequest) -> Narrowing:
        """As the request says; what it doesn't say is empty."""
        return cls(*(request.GET.get(name, "").strip() for name in ("q", "merchant", "state")))

    def fits(self, line: BoardLine) -> bool:
        """Whether the terminal is one of them, whatever state it is in."""
        facts = line.facts
        is_named = self.q.casefold() in f"{facts.code} {facts.name}".casefold()
        return is_named and self.merchant in ("", str(facts.merchant_id))

    def as_address(self, **more: object) -> str:
        """The same as the end of an address."""
        said = {**dataclasses.asdict(self), **more}
        return urlencode({name: value for name, value in said.items() if value})


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """A terminal as a line of the board."""

    line: BoardLine
    terminal: object
    merchant: object
    presence: tuple[str, str]
    alerts: list[tuple[str, str]]
    heard: str
    last_record: str
    clock: str
    blacklist: str
    allowances: str

    @property
    def colour(self) -> str:
        """Of the terminal's cell in the overview: its worst."""
        facts = self.line.facts
        if self.line.alerts:
            return "bad" if ALERT_COLOURS.get(self.line.alerts[0]) else "warn"
        if facts.held or facts.missing:
            return "warn"
        return "good" if self.line.presence is Presence.ONLINE else "plain"

    @property
    def title(self) -> str:
        """The terminal and its worst in words."""
        words = [self.line.facts.code, self.line.facts.merchant, self.presence[0], *(text for text, _colour in self.alerts)]
        return " · ".join(str(word) for word in words)


def board_page(request: HttpRequest, *, site: AdminSite) -> TemplateResponse:
    """The status board: counts on top, trouble first, narrowed by merchant and state, page by page."""
    context = {**site.each_context(request), "title": _("Status board"), **_board(request)}
    return TemplateResponse(request, "onecard/board.html", context)


def board_lines_page(request: HttpRequest, *, site: AdminSite) -> TemplateResponse:
    """The board without its frame, for the page to refresh itself."""
    return TemplateResponse(request, "onecard/board_lines.html", _board(request))


def _board(request: HttpRequest) -> dict[str, Any]:
    guard(request)
    wanted, now = Narrowing.of(request), clock.now()
    everything = queries.board()
    fitting = [line for line in everything if wanted.fits(line)]
    lines = [line for line in fitting if not wanted.state or is_in_state(line, wanted.state)]
    page = page_of(request, lines)
    return {
        "wanted": wanted,
        "merchants": merchants_of(everything),
        "states": STATES,
        "counts": queries.board_counts(fitting),
        "alerts": alert_counts(fitting),
        "sums": _sums(line.facts for line in fitting),
        "found": len(lines),
        "page": page,
        "lines": [shown(line, now=now) for line in page],
        "shows_allowances": any(line.facts.needs_allowance for line in everything),
        "cells": [shown(line, now=now) for line in _by_place(lines)] if page.has_other_pages() else [],
        "address": wanted.as_address(page=page.number if page.number > 1 else ""),
        "page_address": wanted.as_address(),
        "now": now,
    }


def guard(request: HttpRequest) -> None:
    """Only for those who may see terminals; links on the page are theirs."""
    if not request.user.has_perm(SEES_TERMINALS):
        raise PermissionDenied
    made_for(request)


def page_of(request: HttpRequest, lines: Sequence[Any]) -> Page[Any]:
    """The page of the lines that the request asks for; the nearest one there is when it asks for another."""
    return Paginator(lines, LINES_A_PAGE).get_page(request.GET.get("page"))


def merchants_of(lines: Iterable[BoardLine]) -> list[tuple[int, str]]:
    """The merchants that have a terminal, by name."""
    found = {line.facts.merchant_id: line.facts.merchant for line in lines}
    return sorted(found.items(), key=lambda one: one[1])


def alert_counts(lines: Iterable[BoardLine]) -> list[tuple[str, object, int]]:
    """(alert, its words, how many terminals have it), the gravest first, of those that some terminal has."""
    counted = Counter(alert for line in lines for alert in line.alerts)
    return [(alert.value, alert.label, counted[alert]) for alert in Alert if counted[alert]]


def _sums(facts: Iterable[TerminalFacts]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for one in facts:
        total.update(unsent=one.unsent, missing=one.missing, places=one.places, held=one.held)
    return dict(total)


def _by_place(lines: Iterable[BoardLine]) -> list[BoardLine]:
    return sorted(lines, key=lambda line: (line.facts.merchant, line.facts.code))


def shown(line: BoardLine, *, now: datetime) -> Shown:
    """The line in words."""
    facts = line.facts
    is_online = line.presence is Presence.ONLINE
    return Shown(
        line=line,
        terminal=link("terminals.terminal", facts.terminal_id, facts.code),
        merchant=link("merchants.merchant", facts.merchant_id, facts.merchant),
        presence=(str(line.presence.label), "good" if is_online else "plain"),
        alerts=[(_alert_text(alert, facts=facts), ALERT_COLOURS.get(alert, "warn")) for alert in line.alerts],
        heard=ago(facts.heard_at, now=now),
        last_record=ago(facts.last_record_at, now=now),
        clock=_clock_text(facts),
        blacklist="–" if facts.heard_at is None else lag_text(facts.blacklist_changes, since=facts.blacklist_since, now=now),
        allowances=_allowances_text(facts, now=now),
    )


def _alert_text(alert: Alert, *, facts: TerminalFacts) -> str:
    return ", ".join(facts.faults) if alert is Alert.FAULT else str(alert.label)


def ago(moment: datetime | None, *, now: datetime) -> str:
    """How long ago it was, in the largest fitting unit; a dash for never."""
    return "–" if moment is None else duration(max(now - moment, timedelta(0)))


def duration(passed: timedelta) -> str:
    """A time in the largest unit that it is twice of: 45 s, 90 min, 30 h, 12 d."""
    seconds = int(passed.total_seconds())
    for words, unit_s in ((_("%(number)s d"), 86_400), (_("%(number)s h"), 3_600), (_("%(number)s min"), 60)):
        if seconds >= 2 * unit_s:
            return words % {"number": f"{seconds // unit_s:,}"}
    return _("%(number)s s") % {"number": seconds}


def _clock_text(facts: TerminalFacts) -> str:
    if facts.heard_at is None:
        return "–"
    offset = timedelta(microseconds=abs(facts.clock_offset_us))
    if offset < timedelta(seconds=1):
        return _("right")
    words = _("slow by %(time)s") if facts.clock_offset_us > 0 else _("fast by %(time)s")
    return words % {"time": duration(offset)}


def _allowances_text(facts: TerminalFacts, *, now: datetime) -> str:
    if not facts.needs_allowance or facts.heard_at is None:
        return "–"
    if facts.allowances_version is None:
        return _("no list")
    return lag_text(facts.allowances_changes, since=facts.allowances_since, now=now)


def lag_text(changes: int, *, since: datetime | None, now: datetime) -> str:
    """How far a terminal's list is behind: versions, and time since the first of them."""
    if since is None:
        return _("newest")
    return _("%(number)s behind · %(time)s") % {"number": f"{changes:,}", "time": duration(max(now - since, timedelta(0)))}


def exposure_page(request: HttpRequest, *, site: AdminSite) -> TemplateResponse:
    """风险敞口: the money that terminals could still accept on cards that their blacklists don't name yet."""
    guard(request)
    wanted, now = Narrowing.of(request), clock.now()
    everything = queries.exposures()
    found = [one for one in everything if wanted.fits(one.line) and (not wanted.state or is_in_state(one.line, wanted.state))]
    page = page_of(request, found)
    context = {
        **site.each_context(request),
        "title": _("Exposure to lost cards"),
        "wanted": wanted,
        "merchants": merchants_of(one.line for one in everything),
        "states": Presence.choices,
        "page": page,
        "page_address": wanted.as_address(),
        "shows_given": any(one.given_fen is not None for one in found),
        "exposures": [(one, shown(one.line, now=now), _held_version(one)) for one in page],
        "head": cards.blacklist_head(),
        "limits": LIMITS,
        **_exposure_sums(found),
    }
    return TemplateResponse(request, "onecard/exposure.html", context)


def _held_version(exposure: Exposure) -> object:
    version = exposure.line.facts.blacklist_version
    return link("cards.blacklistchange", version or None, f"{version:,}")


def _exposure_sums(exposures: Iterable[Exposure]) -> dict[str, Any]:
    of = list(exposures)
    is_out = [one.line.presence is not Presence.ONLINE for one in of]
    return {
        "terminals": len(of),
        "total_fen": sum(one.exposure_fen or 0 for one in of),
        "silent_fen": sum(one.exposure_fen or 0 for one, out in zip(of, is_out, strict=True) if out),
        "silent": sum(is_out),
        "unbounded": sum(one.exposure_fen is None for one in of),
    }
