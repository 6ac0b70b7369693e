"""The form with which operators change their own password."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from onecard.access.actions.change_own_password import change_own_password
from onecard.access.pages import Answers, Deed, DeedForm
from onecard.access.types import AccessOutcome, Actor


class PasswordForm(DeedForm):
    """The old password and the new one twice."""

    old = forms.CharField(label=_("old password"), widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))
    new = forms.CharField(label=_("new password"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
    again = forms.CharField(label=_("new password again"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    def clean_again(self) -> str:
        """The new password, written the same twice."""
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("new"):
            raise ValidationError(_now("The two new passwords differ."))
        return again


def _change(actor: Actor, row: object, said: Answers) -> AccessOutcome:
    return change_own_password(actor, actor.name, old=said["old"], new=said["new"])


PASSWORD = Deed(
    "access.change_own_password",
    _("Change password"),
    _change,
    form=PasswordForm,
    explains=_("At least 8 characters of three kinds: small letters, capitals, digits, others. You log in again afterwards."),
    says={
        AccessOutcome.DONE: _("The password is changed."),
        AccessOutcome.REFUSED_WRONG_PASSWORD: _("The old password is wrong."),
        AccessOutcome.REFUSED_WEAK_PASSWORD: _("The new password is too weak, or the old one again."),
    },
)
