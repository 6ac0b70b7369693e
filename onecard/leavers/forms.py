"""What the room's deeds ask."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from onecard.access.pages import DeedForm
from onecard.leavers.actions.list_leavers import MAX_LEAVERS
from onecard.leavers.models import Leaver
from onecard.people.queries import left_without, people_with


class ListForm(DeedForm):
    """Who leaves: the numbers given, or everybody whom the roster says has left."""

    title = forms.CharField(label=_("title"), max_length=80)
    person_nos = forms.CharField(
        label=_("people's numbers"),
        required=False,
        max_length=200_000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 8}),
        help_text=_("One a line. Empty: everybody who has left by the roster and was on no list."),
    )

    def clean_person_nos(self) -> list[int]:
        """The people's ids."""
        numbers = list(dict.fromkeys(self.cleaned_data["person_nos"].replace(",", " ").split()))
        if not numbers:
            on_a_list = Leaver.objects.values_list("person_id", flat=True)
            return left_without(on_a_list, limit=MAX_LEAVERS)
        known = people_with(numbers)
        if missing := [number for number in numbers if number not in known]:
            raise ValidationError(_now("Nobody is registered under: %(numbers)s") % {"numbers": ", ".join(missing[:20])})
        if len(numbers) > MAX_LEAVERS:
            raise ValidationError(_now("So many people do not go on one list."))
        return [known[number].pk for number in numbers]


class BankForm(DeedForm):
    """What the bank said."""

    reason = forms.CharField(label=_("what the bank said"), max_length=200)


class TotalForm(DeedForm):
    """The sum that is approved."""

    total_fen = forms.IntegerField(widget=forms.HiddenInput)


class ClaimForm(DeedForm):
    """Where the refund goes now."""

    account = forms.CharField(label=_("bank account"), max_length=80)


class DebtForm(DeedForm):
    """The debt that is written off, and why."""

    debt_fen = forms.IntegerField(widget=forms.HiddenInput)
    why = forms.CharField(label=_("why nobody will pay it"), max_length=200)


class TitleForm(DeedForm):
    """What the list is called."""

    title = forms.CharField(label=_("title"), max_length=80)


class LateClaimForm(DeedForm):
    """Where the money goes."""

    account = forms.CharField(
        label=_("bank account"), max_length=80, required=False, help_text=_("Empty: back onto the person's purse.")
    )
