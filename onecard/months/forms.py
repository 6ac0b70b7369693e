"""What the pages of a month ask."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from onecard.access.pages import AmountField, BoundedFileField, DeedForm
from onecard.months.rules import MOST_OF_A_REASON, MOST_OF_A_REFERENCE

MOST_FEN = 10**13
MOST_FILE_BYTES = 16 * 1024 * 1024
ITEMS = 12
"""How many items the sheet on the page has room for."""


class SignedAmountField(AmountField):
    """An amount in yuan, above or below zero."""

    least_fen, most_fen = -MOST_FEN, MOST_FEN
    said_wrong = _("Write an amount in yuan with at most two decimals; below zero with a minus.")


class FigureForm(DeedForm):
    """What finance's account shows."""

    month = forms.DateField(widget=forms.HiddenInput)
    payable_fen = SignedAmountField(label=_("finance's balance in yuan"))


class FileForm(DeedForm):
    """A statement of finance's account."""

    month = forms.DateField(widget=forms.HiddenInput)
    file = BoundedFileField(
        most_bytes=MOST_FILE_BYTES,
        too_big=_("The file is larger than 16 MB: export the account of this month alone."),
        label=_("statement of the account"),
        help_text=_("CSV or Excel with the columns date and balance; with debit and credit every line is checked."),
    )


class ReconcileForm(DeedForm):
    """The sheet: both balances as they were shown, and the items between them."""

    month = forms.DateField(widget=forms.HiddenInput)
    books_fen = forms.IntegerField(widget=forms.HiddenInput)
    finance_fen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for at in range(ITEMS):
            self.fields[f"amount_{at}"] = SignedAmountField(required=False, widget=_named(_now("Amount")))
            self.fields[f"why_{at}"] = forms.CharField(required=False, max_length=MOST_OF_A_REASON, widget=_named(_now("Reason")))
            self.fields[f"where_{at}"] = forms.CharField(
                required=False, max_length=MOST_OF_A_REFERENCE, widget=_named(_now("Reference"))
            )

    def lines(self) -> list[list[forms.BoundField]]:
        """The fields of each item, for the template."""
        return [[self[f"{name}_{at}"] for name in ("amount", "why", "where")] for at in range(ITEMS)]

    def clean(self) -> dict[str, Any]:
        """The items that are filled in; each with an amount and a reason, together the difference."""
        said: dict[str, Any] = super().clean() or {}
        items = []
        for at in range(ITEMS):
            amount_fen, reason = said.get(f"amount_{at}"), said.get(f"why_{at}", "")
            if amount_fen is None and not reason:
                continue
            if not amount_fen or not reason.strip():
                self.add_error(f"why_{at}", _now("Each item needs an amount and a reason."))
                continue
            items.append({"amount_fen": amount_fen, "reason": reason.strip(), "reference": said.get(f"where_{at}", "").strip()})
        if not self.errors and sum(item["amount_fen"] for item in items) != said["books_fen"] - said["finance_fen"]:
            raise ValidationError(_now("The items do not add up to the difference."))
        return {**said, "items": items}


def _named(name: str) -> forms.Widget:
    """An input of the sheet; its column names it for the eye, this for a screen reader."""
    widget: forms.Widget = UnfoldAdminTextInputWidget(attrs={"aria-label": name})
    return widget
