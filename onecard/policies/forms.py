"""What a proposal for a policy asks: a value in the unit that people think in, and from when."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from onecard.access.pages import DeedForm
from onecard.kernel import clock, money
from onecard.policies import rules
from onecard.policies.catalogue import POLICIES
from onecard.policies.presenting import bounds_text
from onecard.policies.types import NUMBERS, Policy, PolicyKind, Value

IN_HUNDREDTHS = (PolicyKind.FEN, PolicyKind.BASIS_POINTS)
"""Kinds that people write with two decimals: yuan and per cent."""


class ValueForm(DeedForm):
    """A value for the policy that `initial` names; its field is of the policy's kind."""

    value = forms.CharField(label=gettext_lazy("value"), max_length=500)
    effective_from = forms.DateField(
        label=gettext_lazy("effective from"),
        required=False,
        widget=forms.DateInput,
        help_text=gettext_lazy("Empty: from the day of the approval on."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.policy = POLICIES[self.initial["policy"]]
        asked = self.fields["value"]
        if choices := _choices(self.policy):
            asked.widget = UnfoldAdminSelectWidget(choices=choices)
        else:
            asked.help_text = _advice(self.policy)

    def clean_value(self) -> Value:
        """The value as JSON knows it; says what is wrong and what would be right."""
        try:
            value = _read(self.policy, self.cleaned_data["value"])
        except ValueError as error:
            raise ValidationError(_advice(self.policy)) from error
        if not rules.fits(self.policy, value):
            raise ValidationError(_advice(self.policy))
        return value

    def clean_effective_from(self) -> str | None:
        """The day in ISO 8601; None for the day of the approval."""
        day = self.cleaned_data["effective_from"]
        if day is not None and day < clock.today():
            raise ValidationError(_("A value cannot begin in the past."))
        return day.isoformat() if day is not None else None


def _choices(policy: Policy) -> list[tuple[str, Any]]:
    return [("1", _("Yes")), ("0", _("No"))] if policy.kind is PolicyKind.FLAG else list(policy.choices)


def _advice(policy: Policy) -> str:
    if policy.kind in NUMBERS:
        units = {PolicyKind.FEN: _("In yuan, %(bounds)s."), PolicyKind.BASIS_POINTS: _("In per cent, %(bounds)s.")}
        return units.get(policy.kind, _("A whole number, %(bounds)s.")) % {"bounds": bounds_text(policy)}
    if policy.kind is PolicyKind.WINDOWS:
        return _("Days of the week (1 is Monday) and times, such as 1-5 08:30-11:30; 6 09:00-12:00")
    return _("Month and day, such as 11-30.") if policy.kind is PolicyKind.MONTH_DAY else _("A time of day, such as 23:30.")


def _read(policy: Policy, text: str) -> Value:
    if policy.kind in IN_HUNDREDTHS:
        return money.fen(text.removeprefix("¥").removesuffix("%"))
    if policy.kind in NUMBERS:
        return int(text) if text.isascii() and text.isdecimal() else -1
    if policy.kind is PolicyKind.FLAG:
        return text == "1"
    if policy.kind is PolicyKind.WINDOWS:
        return [part.strip() for part in text.split(";") if part.strip()]
    return text


def written(policy: Policy, value: Value) -> str:
    """The value as the form takes it."""
    if policy.kind in IN_HUNDREDTHS and isinstance(value, int):
        return money.yuan(value)
    if policy.kind is PolicyKind.FLAG:
        return "1" if value else "0"
    return "; ".join(value) if isinstance(value, list) else str(value)
