"""What the room's deeds ask."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from onecard.access.pages import DeedForm


class BankForm(DeedForm):
    """What the bank said."""

    reason = forms.CharField(label=_("what the bank said"), max_length=200)


class TotalForm(DeedForm):
    """The sum that is approved."""

    total_fen = forms.IntegerField(widget=forms.HiddenInput)


class RefundsForm(TotalForm):
    """The sum that is approved, and as of when the accounts are."""

    newest_account_at = forms.CharField(widget=forms.HiddenInput, required=False)


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
