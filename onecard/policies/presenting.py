"""Values and effects as people read them: on pages, in papers, on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onecard.kernel.money import yuan
from onecard.kernel.pages import names_and_values
from onecard.policies import rules
from onecard.policies.catalogue import POLICIES
from onecard.policies.plausibility import faults_in
from onecard.policies.previews import Effect, Figure, TakesTooLong, effect_of
from onecard.policies.queries import values_of
from onecard.policies.types import Policy, PolicyKind, Value


def value_text(policy: Policy, value: Value) -> str:
    """The value in words, with its unit."""
    if policy.kind is PolicyKind.FEN and isinstance(value, int):
        return f"¥{yuan(value)}"
    if policy.kind is PolicyKind.BASIS_POINTS and isinstance(value, int):
        return f"{yuan(value)} %"
    if policy.kind is PolicyKind.FLAG:
        return _("Yes") if value else _("No")
    if policy.kind is PolicyKind.CHOICE:
        return str(dict(policy.choices)[str(value)])
    if policy.kind is PolicyKind.WINDOWS and isinstance(value, list):
        return "; ".join(map(_window_text, value)) or _("never")
    return _span_text(policy.kind, value) if isinstance(value, int) else str(value)


def _span_text(kind: PolicyKind, number: int) -> str:
    words = {
        PolicyKind.MINUTES: ngettext("%(number)s minute", "%(number)s minutes", number),
        PolicyKind.HOURS: ngettext("%(number)s hour", "%(number)s hours", number),
        PolicyKind.DAYS: ngettext("%(number)s day", "%(number)s days", number),
        PolicyKind.YEARS: ngettext("%(number)s year", "%(number)s years", number),
    }
    return words.get(kind, "%(number)s") % {"number": number}


def _window_text(text: str) -> str:
    days, _blank, times = text.partition(" ")
    named = "–".join(str(WEEKDAYS_ABBR[int(day) - 1]) for day in days.split("-"))
    return f"{named} {times}"


def bounds_text(policy: Policy) -> str | None:
    """From which to which value a number may be; None for what is no number."""
    if policy.least >= policy.most:
        return None
    return f"{value_text(policy, policy.least)} – {value_text(policy, policy.most)}"


def content_of(name: str, payload: Mapping[str, Any]) -> SafeString:
    """What is proposed for a policy, for whoever decides: the line, the value in words, from when, why."""
    policy = POLICIES.get(name)
    value = payload["value"]
    shown = value_text(policy, value) if policy is not None and rules.fits(policy, value) else value
    content = {
        "line": policy.line if policy else name,
        "value": shown,
        "since": payload["effective_from"] or _("the day of the approval"),
        "reason": payload["reason"],
    }
    words = {"line": _("policy"), "value": _("value"), "since": _("effective from"), "reason": _("reason")}
    return names_and_values(content, words=words)


def weight_of(name: str, payload: Mapping[str, Any]) -> SafeString:
    """What to consider before the value is proposed or approved: its effect on the last term, and what it would contradict."""
    policy, value = POLICIES.get(name), payload["value"]
    if policy is None or not rules.fits(policy, value):
        return SafeString()
    with_it = {**values_of(POLICIES), name: value}
    contradictions = [finding.text for finding in faults_in(with_it) if name in finding.names]
    lines = format_html_join("", '<p class="oc-alarm">{}</p>', ((text,) for text in contradictions))
    return format_html("{}{}", lines, _effect(policy, value) if policy.moves_money else "")


def _effect(policy: Policy, value: Value) -> SafeString:
    try:
        effect = effect_of(policy.name, value)
    except TakesTooLong:
        return format_html('<p class="oc-none">{}</p>', _("Its effect on the last term takes too long to reckon."))
    if effect is None:
        return format_html(
            '<p class="oc-none">{}</p>', _("What it would have done to the last term cannot be told from the books.")
        )
    return effect_table(policy, effect)


def effect_table(policy: Policy, effect: Effect) -> SafeString:
    """The figures for the value in force and for the proposed one, side by side."""
    rows = format_html_join(
        "",
        '<tr><td>{}</td><td class="oc-right">{}</td><td class="oc-right">{}</td></tr>',
        ((then.label, _figure(now), _figure(then)) for now, then in effect.lines),
    )
    days = {"first": date_format(effect.term.first), "last": date_format(effect.term.last)}
    return format_html(
        '<div class="oc-scroll"><table class="oc-table"><caption class="oc-caption">{}</caption>'
        '<thead><tr><th></th><th class="oc-right">{}</th><th class="oc-right">{}</th></tr></thead><tbody>{}</tbody>'
        "</table></div>",
        _("What it would have done from %(first)s to %(last)s") % days,
        _("with %(value)s, in force") % {"value": value_text(policy, effect.now)},
        _("with %(value)s") % {"value": value_text(policy, effect.proposed)},
        rows,
    )


def _figure(figure: Figure) -> str:
    return f"¥{yuan(figure.number)}" if figure.is_money else f"{figure.number:,}"
