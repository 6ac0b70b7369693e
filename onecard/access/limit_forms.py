"""The form of log-in limits, and how pages show them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from ipaddress import ip_network
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from onecard.access import queries
from onecard.access.models import Limit
from onecard.access.pages import Answers, DeedForm
from onecard.access.types import Limits, Network, Post

MOST_NETWORKS = 50
DAYS = [(str(number + 1), name) for number, name in WEEKDAYS_ABBR.items()]


class LimitForm(DeedForm):
    """Days, hours and places; what stays empty does not limit."""

    weekdays = forms.MultipleChoiceField(
        label=_("days of the week"),
        choices=DAYS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None: every day."),
    )
    opens_at = forms.TimeField(label=_("from"), required=False)
    closes_at = forms.TimeField(label=_("to"), required=False, help_text=_("May be past midnight. Both empty: at any hour."))
    networks = forms.CharField(
        label=_("workstations"),
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "10.1.2.3\n10.1.5.0/24", "spellcheck": "false"}),
        max_length=MOST_NETWORKS * 50,
        required=False,
        help_text=_("Addresses or networks, one a line. Empty: from anywhere."),
    )

    def clean_networks(self) -> tuple[Network, ...]:
        """The networks; an error names the line."""
        found = []
        for line in self.cleaned_data["networks"].split():
            try:
                found.append(ip_network(line))
            except ValueError:
                raise ValidationError(
                    _now("%(line)s is no address and no network such as 10.1.5.0/24."), params={"line": line[:60]}
                ) from None
        if len(found) > MOST_NETWORKS:
            raise ValidationError(_now("At most %(count)d lines."), params={"count": MOST_NETWORKS})
        return tuple(found)

    def clean(self) -> dict[str, Any]:
        """Both hours or none, and two different ones."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        opens_at, closes_at = said.get("opens_at"), said.get("closes_at")
        if (opens_at is None) != (closes_at is None) or (opens_at is not None and opens_at == closes_at):
            raise ValidationError(_now("Give both hours, and two different ones, or neither."))
        return said


class OperatorLimitForm(LimitForm):
    """For one operator also the last day of the account."""

    last_day = forms.DateField(
        label=_("last day"), required=False, help_text=_("Afterwards the account cannot be used. Empty: no end.")
    )


class PostLimitForm(LimitForm):
    """For everybody who holds the post."""

    field_order = ("post", "weekdays", "opens_at", "closes_at", "networks")
    post = forms.ChoiceField(label=_("post"), choices=Post.choices, widget=forms.Select)


def read(said: Answers) -> Limits:
    """What the form says."""
    weekdays = frozenset(int(day) for day in said["weekdays"])
    return Limits(weekdays, said["opens_at"], said["closes_at"], said["networks"], said.get("last_day"))


def answers_of(row: Limit | None) -> Mapping[str, Any]:
    """What the form starts from."""
    if row is None:
        return {}
    return {
        "weekdays": [str(day) for day in row.weekdays],
        "opens_at": row.opens_at,
        "closes_at": row.closes_at,
        "networks": "\n".join(row.networks),
        "last_day": row.last_day,
        "post": row.post,
    }


def words_for(row: Limit) -> str:
    """The limit in words."""
    limits = queries.read_limits(row)
    lines = [
        ", ".join(str(WEEKDAYS_ABBR[day - 1]) for day in sorted(limits.weekdays)),
        "" if limits.opens_at is None or limits.closes_at is None else f"{limits.opens_at:%H:%M}–{limits.closes_at:%H:%M}",
        ", ".join(str(network) for network in limits.networks),
        _until(limits.last_day),
    ]
    return " · ".join(line for line in lines if line)


def _until(day: date | None) -> str:
    return "" if day is None else _now("until %(day)s") % {"day": day.isoformat()}
