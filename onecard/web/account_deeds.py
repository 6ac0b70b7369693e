"""What operators do about their own account: password, second factor, recovery codes."""

from __future__ import annotations

from typing import Any

from cryptography.exceptions import InvalidTag
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from onecard.access.actions.change_own_password import change_own_password
from onecard.access.actions.remove_own_factor import remove_own_factor
from onecard.access.actions.renew_recovery_codes import renew_recovery_codes
from onecard.access.actions.set_up_factor import set_up_factor
from onecard.access.factors import read_draft
from onecard.access.pages import Answers, Deed, DeedForm
from onecard.access.types import AccessOutcome, Actor, NewCodes

MOST_LETTERS = 512


def _password(title: Any, *, is_new: bool = False) -> forms.CharField:
    autocomplete = "new-password" if is_new else "current-password"
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=title, widget=widget, strip=False, max_length=MOST_LETTERS)


class PasswordForm(DeedForm):
    """The old password and the new one twice."""

    old = _password(_("old password"))
    new = _password(_("new password"), is_new=True)
    again = _password(_("new password again"), is_new=True)
    is_disclosed = forms.BooleanField(label=_("somebody else may know the old one"), required=False)

    def clean_again(self) -> str:
        """The new password, written the same twice."""
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("new"):
            raise ValidationError(_now("The two new passwords differ."))
        return again


class OwnPasswordForm(DeedForm):
    """The own password, to show that it is still the operator who sits there."""

    password = _password(_("password"))


class FactorForm(OwnPasswordForm):
    """The own password and the app's code, which proves that the secret arrived."""

    field_order = ("code", "password", "sealed")
    code = forms.CharField(
        label=_("code of the app"),
        max_length=16,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
    )
    sealed = forms.CharField(max_length=MOST_LETTERS, widget=forms.HiddenInput)


def password_deed(*, session_id: int | None, rules: str) -> Deed:
    """Changing the own password in this session; `rules` says what the new one has to be like."""

    def change(actor: Actor, row: object, said: Answers) -> AccessOutcome:
        return change_own_password(
            actor, actor.name, old=said["old"], new=said["new"], is_disclosed=said["is_disclosed"], session_id=session_id
        )

    return Deed("access.change_own_password", _("Change password"), change, form=PasswordForm, explains=rules, says=PASSWORD_SAYS)


def factor_deed(*, session_id: int | None) -> Deed:
    """Setting up an authenticator app in this session."""

    def set_up(actor: Actor, row: object, said: Answers) -> NewCodes:
        try:
            secret = read_draft(actor.operator_id or 0, said["sealed"])
        except (ValueError, InvalidTag):
            return NewCodes(AccessOutcome.REFUSED_WRONG_CODE)
        return set_up_factor(
            actor, actor.name, password=said["password"], secret=secret, one_time_code=said["code"], session_id=session_id
        )

    return Deed("access.set_up_factor", _("Set up an authenticator app"), set_up, form=FactorForm, says=FACTOR_SAYS)


PASSWORD_SAYS = {
    AccessOutcome.DONE: _("The password is changed."),
    AccessOutcome.REFUSED_WRONG_PASSWORD: _("The old password is wrong."),
    AccessOutcome.REFUSED_TOO_SOON: _("The password was changed less than a day ago. Say so if somebody else may know it."),
    AccessOutcome.REFUSED_WEAK_PASSWORD: _("The new password is too weak: too short, too common, or it holds your number."),
    AccessOutcome.REFUSED_USED_PASSWORD: _("The new password was used before."),
}
FACTOR_SAYS = {
    AccessOutcome.DONE: _("The second factor is set up."),
    AccessOutcome.REFUSED_WRONG_PASSWORD: _("The password is wrong."),
    AccessOutcome.REFUSED_WRONG_CODE: _("The code is wrong. Look at the app again, and at the clock of the telephone."),
    AccessOutcome.REFUSED_FACTOR_NEEDED: _("Your posts need a second factor. You can set up another one in its place."),
    AccessOutcome.REFUSED_NO_FACTOR: _("There is no second factor."),
    AccessOutcome.REFUSED_TOO_MANY_KEYS: _("You have as many keys as allowed: remove one first."),
    AccessOutcome.REFUSED_WRONG_KEY: _("The key's answer was not right, or came too late. Try again."),
}
RECOVERY = Deed(
    "access.renew_recovery_codes",
    _("New recovery codes"),
    lambda actor, row, said: renew_recovery_codes(actor, actor.name, password=said["password"]),
    form=OwnPasswordForm,
    explains=_("Ten new codes; the ones that you have are void then."),
    says={**FACTOR_SAYS, AccessOutcome.DONE: _("There are new recovery codes.")},
)
REMOVAL = Deed(
    "access.remove_own_factor",
    _("Remove second factor"),
    lambda actor, row, said: remove_own_factor(actor, actor.name, password=said["password"]),
    form=OwnPasswordForm,
    says={**FACTOR_SAYS, AccessOutcome.DONE: _("The second factor is removed.")},
    is_grave=True,
)
