"""Parameters in words: as a table, as the difference between two versions, and as people type them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from onecard.kernel import clock
from onecard.kernel.money import fen, yuan
from onecard.kernel.pages import moment_text
from onecard.terminals import queries
from onecard.terminals.parameters import MealPeriod, ParameterContent, Price, read_content

_MEAL = re.compile(r"(?P<name>\S.*?)\s+(?P<from>\d{1,2}:\d{2})\s*[-–—]\s*(?P<to>\d{1,2}:\d{2})")
_PRICE = re.compile(r"(?P<code>\S+)\s+(?P<name>\S.*?)\s+(?P<yuan>[0-9.,]+)")


def texts_of(content: ParameterContent) -> dict[str, str]:
    """Each value of the parameters in words, by its name in words."""
    offline = content.offline
    return {
        _("Heartbeat every"): _("%(number)s s") % {"number": content.heartbeat_s},
        _("Sells offline"): _("Yes") if offline.is_allowed else _("No"),
        _("Single limit offline"): _limit_text(offline.single_limit_fen),
        _("Limit a card offline"): _limit_text(offline.card_limit_fen),
        _("Limit in all offline"): _limit_text(offline.total_limit_fen),
        _("Records offline at most"): f"{offline.max_records:,}" if offline.max_records else _("no limit"),
        _("Hours offline at most"): f"{offline.max_hours:,}" if offline.max_hours else _("no limit"),
        _("Offline only to cards with an allowance"): _("Yes") if offline.needs_allowance else _("No"),
        **{_("Meal %(name)s") % {"name": one.name}: _hours_text(one) for one in content.meal_periods},
        **{_("Price %(code)s") % {"code": one.code}: f"{one.name} ¥{yuan(one.price_fen)}" for one in content.prices},
        _("Receipt text"): content.receipt_text or "–",
    }


def _limit_text(limit_fen: int) -> str:
    return f"¥{yuan(limit_fen)}" if limit_fen else _("no limit")


def _hours_text(meal: MealPeriod) -> str:
    return f"{_clock(meal.starts_at_min)}–{_clock(meal.ends_at_min)}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """(name, before, after) of all that differs, in the order of what comes after; a dash for what isn't there."""
    names = [*after, *(name for name in before if name not in after)]
    return [(name, before.get(name, "–"), after.get(name, "–")) for name in names if before.get(name) != after.get(name)]


def table(content: ParameterContent) -> SafeString:
    """The parameters as a table of names and values."""
    rows = format_html_join("", '<tr><th>{}</th><td class="oc-lines">{}</td></tr>', texts_of(content).items())
    return format_html('<table class="oc-table oc-content"><tbody>{}</tbody></table>', rows)


def difference_table(before: ParameterContent, after: ParameterContent, *, version: int) -> SafeString:
    """What `after` changes of `before`, which is that of `version`."""
    lines = differences(texts_of(before), texts_of(after))
    if not lines:
        return format_html("<p>{}</p>", _("It changes nothing of what holds now."))
    words = _("Version %(version)s") % {"version": version} if version else _("Built in")
    head = format_html("<tr><th></th><th>{}</th><th>{}</th></tr>", words, _("After it"))
    row = '<tr><th>{}</th><td class="oc-lines">{}</td><td class="oc-lines"><strong>{}</strong></td></tr>'
    rows = format_html_join("", row, lines)
    return format_html('<table class="oc-table oc-content"><thead>{}</thead><tbody>{}</tbody></table>', head, rows)


def proposed(subject: str, payload: Mapping[str, Any]) -> object:
    """What the approver of new parameters sees: for whom, from when, and what they change of those that would hold then."""
    try:
        content, since = read_content(payload["content"]), datetime.fromisoformat(payload["effective_from"])
    except (msgspec.ValidationError, ValueError):
        return str(payload)
    if since.tzinfo is None:
        return str(payload)
    version, before = queries.set_in_force(queries.scope_of(subject) or (None, None), at=max(since, clock.now()))
    said = (
        (_("For"), scope_text(subject)),
        (_("Effective from"), moment_text(payload["effective_from"])),
        (_("Reason"), payload["reason"]),
    )
    rows = format_html_join("", "<tr><th>{}</th><td>{}</td></tr>", said)
    head = format_html('<table class="oc-table oc-content"><tbody>{}</tbody></table>', rows)
    whole = format_html("<details><summary>{}</summary>{}</details>", _("The whole set"), table(content))
    return format_html("{}{}{}", head, difference_table(before, content, version=version), whole)


def scope_text(scope: str) -> str:
    """For whom a set is, in words."""
    kind, _colon, code = scope.partition(":")
    words = {"merchant": _("terminals of merchant %(code)s"), "terminal": _("terminal %(code)s")}
    return words[kind] % {"code": code} if kind in words else _("all terminals")


def typed_meals(meals: Iterable[MealPeriod]) -> str:
    """Meals as people type them: a line each, `Lunch 10:30-13:30`."""
    return "\n".join(f"{one.name} {_clock(one.starts_at_min)}-{_clock(one.ends_at_min)}" for one in meals)


def typed_prices(prices: Iterable[Price]) -> str:
    """Prices as people type them: a line each, `D1 Beef noodles 12.50`."""
    return "\n".join(f"{one.code} {one.name} {yuan(one.price_fen)}" for one in prices)


def read_meals(text: str) -> list[dict[str, object]]:
    """Meals from lines like `Lunch 10:30-13:30`; ValidationError names the first line that is none."""
    meals: list[dict[str, object]] = []
    for number, line in _lines(text):
        found = _MEAL.fullmatch(line)
        ends = [_minute(found[which]) for which in ("from", "to")] if found else [None]
        if found is None or None in ends:
            raise ValidationError(_("Line %(line)s: write a name and two times, as in: Lunch 10:30-13:30") % {"line": number})
        meals.append({"name": found["name"], "starts_at_min": ends[0], "ends_at_min": ends[1]})
    return meals


def read_prices(text: str) -> list[dict[str, object]]:
    """Prices from lines like `D1 Beef noodles 12.50`; ValidationError names the first line that is none, or a code used twice."""
    prices: list[dict[str, object]] = []
    codes: set[str] = set()
    for number, line in _lines(text):
        found = _PRICE.fullmatch(line)
        price_fen = _fen(found["yuan"]) if found else 0
        if found is None or price_fen < 1:
            raise ValidationError(_("Line %(line)s: write code, name and price in yuan, as in: D1 Rice 1.50") % {"line": number})
        if found["code"] in codes:
            raise ValidationError(_("Line %(line)s: the code is used above already.") % {"line": number})
        codes.add(found["code"])
        prices.append({"code": found["code"], "name": found["name"], "price_fen": price_fen})
    return prices


def _lines(text: str) -> list[tuple[int, str]]:
    return [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]


def _minute(clock: str) -> int | None:
    hour, minute = (int(part) for part in clock.split(":"))
    return hour * 60 + minute if hour < 24 and minute < 60 else None


def _fen(text: str) -> int:
    try:
        return fen(text)
    except ValueError:
        return 0
