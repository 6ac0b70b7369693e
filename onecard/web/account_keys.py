"""The own security keys: register one with the browser's help, remove one."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from onecard.access.actions.add_security_key import add_security_key
from onecard.access.actions.remove_security_key import remove_security_key
from onecard.access.keys import MOST_OF_AN_ANSWER, KeyAnswer, ask_for_new_key, site_of
from onecard.access.models import Operator
from onecard.access.pages import Answers, Deed, deed_page
from onecard.access.types import AccessOutcome, Actor
from onecard.kernel import clock
from onecard.web.account_deeds import FACTOR_SAYS, OwnPasswordForm
from onecard.web.log_in import address_of_site

CHALLENGE = "new_security_key"
CHALLENGE_LASTS = timedelta(minutes=5)


class KeyForm(OwnPasswordForm):
    """What to call the key, and the own password."""

    field_order = ("title", "password")
    title = forms.CharField(label=_("name of the key"), max_length=60, help_text=_("By which you know it: blue one, office, …"))


class KeyChoiceForm(OwnPasswordForm):
    """Which key, and the own password."""

    field_order = ("key", "password")
    key = forms.TypedChoiceField(label=_("key"), coerce=int)


ADDING = Deed(
    "access.add_security_key",
    _("Register a security key"),
    form=KeyForm,
    explains=_(
        "Put the key in and touch it when the browser asks. At the log-in it then takes the place of the app's code; "
        "the app and the recovery codes stay."
    ),
    says={**FACTOR_SAYS, AccessOutcome.DONE: _("The key is registered.")},
    template="onecard/security_key.html",
)
REMOVING = Deed(
    "access.remove_security_key",
    _("Remove a security key"),
    lambda actor, row, said: remove_security_key(actor, actor.name, password=said["password"], key_id=said["key"]),
    form=KeyChoiceForm,
    says={**FACTOR_SAYS, AccessOutcome.DONE: _("The key is removed.")},
    is_grave=True,
)


def key_page(request: HttpRequest, *, context: dict[str, Any]) -> HttpResponse:
    """安全密钥: the browser asks the key, its answer comes with the form. Each challenge serves one answer, right or wrong."""
    operator = _who(request)
    site, waiting = site_of(address_of_site(request)), request.session.pop(CHALLENGE, None)
    is_fresh = waiting is not None and clock.now() - datetime.fromisoformat(waiting["at"]) <= CHALLENGE_LASTS
    state = waiting["state"] if is_fresh else None
    said = KeyAnswer(site, state, request.POST.get("answer", "")[:MOST_OF_AN_ANSWER])

    def add(actor: Actor, row: object, answers: Answers) -> AccessOutcome:
        return add_security_key(actor, actor.name, password=answers["password"], title=answers["title"], answer=said)

    asked = ask_for_new_key(operator, site) if site else None
    response = deed_page(
        request,
        dataclasses.replace(ADDING, run=add),
        row=None,
        back=reverse("admin:account"),
        context={**context, "options": asked.options if asked else ""},
    )
    if asked is not None:
        request.session[CHALLENGE] = {"state": asked.state, "at": clock.now().isoformat()}
    return response


def removal_page(request: HttpRequest, *, context: dict[str, Any]) -> HttpResponse:
    """Choose one of the own keys and do without it."""
    keys = [(key.pk, key.title) for key in _who(request).security_keys.order_by("pk")]
    deed = dataclasses.replace(REMOVING, form=_choice_of(keys))
    return deed_page(request, deed, row=None, back=reverse("admin:account"), context=context)


def _choice_of(keys: list[tuple[int, str]]) -> type[KeyChoiceForm]:
    class ChoiceForm(KeyChoiceForm):
        """With the operator's keys."""

        key = forms.TypedChoiceField(label=_("key"), coerce=int, choices=keys)

    return ChoiceForm


def _who(request: HttpRequest) -> Operator:
    """The operator, who must hold a post."""
    if not request.user.has_perm("access.change_own_password"):
        raise PermissionDenied
    return cast(Operator, request.user)
