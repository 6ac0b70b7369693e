"""The log-in pages: name and password, then the second factor of who has one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth import logout as forget
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localtime
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from onecard.access.actions.log_in import try_factor, try_key, try_password
from onecard.access.actions.log_out import log_out
from onecard.access.keys import MOST_OF_AN_ANSWER, KeyAnswer, ask_for_key, site_of
from onecard.access.middleware import SESSION, session_of
from onecard.access.models import Operator
from onecard.access.passwords import REMIND_BEFORE, expires_at
from onecard.access.queries import open_sessions
from onecard.access.sessions import start_session
from onecard.access.types import AccessOutcome, LogInAnswer, LogInOutcome
from onecard.access.visitor import address_of
from onecard.kernel import clock
from onecard.web.account_deeds import FACTOR_SAYS

HALF = "half_logged_in"
CHALLENGE = "challenge"
HALF_LASTS = timedelta(minutes=5)
"""So long the second factor is awaited after a right password."""
SAYS = {
    LogInOutcome.REFUSED_WRONG: _("Please enter the correct operator number and password."),
    LogInOutcome.REFUSED_NO_POST: _("You hold no post. The security administrator assigns posts."),
    LogInOutcome.REFUSED_ONE_TIME_OVER: _("The one-time password has expired. The security administrator gives you a new one."),
    LogInOutcome.REFUSED_ENDED: _("The last day of this account is over. The security administrator can extend it."),
    LogInOutcome.REFUSED_HOURS: _("You may not be logged in at this time."),
    LogInOutcome.REFUSED_PLACE: _("You may not be logged in from this workstation."),
}


class LogInForm(forms.Form):
    """Operator number and password."""

    username = forms.CharField(
        label=_("Operator number"),
        max_length=40,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=512,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "current-password"}),
    )


class FactorForm(forms.Form):
    """The code of the authenticator app, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=32,
        help_text=_("The six digits of your authenticator app, or one of your recovery codes."),
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )


def log_in_page(request: HttpRequest, *, context: dict[str, Any]) -> HttpResponse:
    """登录: ask for name and password."""
    target, session = _target(request), session_of(request)
    if request.method == "GET" and session is not None:
        return redirect(_place_for(session.operator, target))
    form = LogInForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        answer = try_password(said["username"], said["password"], address=address_of(request))
        if answer.outcome is LogInOutcome.NEEDS_FACTOR:
            _log_in_by_half(request, operator_id=answer.operator_id, target=target)
            return redirect("admin:login_factor")
        if answer.outcome is LogInOutcome.DONE and answer.operator_id is not None:
            return _enter(request, operator_id=answer.operator_id, has_factor=False, target=target)
        form.add_error(None, _words(answer))
    return TemplateResponse(request, "onecard/log_in.html", {**context, "title": _now("Log in"), "form": form, "next": target})


def factor_page(request: HttpRequest, *, context: dict[str, Any]) -> HttpResponse:
    """第二因素: ask who was right about the password for the code."""
    half = request.session.get(HALF)
    if half is None or clock.now() - datetime.fromisoformat(half["at"]) > HALF_LASTS:
        request.session.pop(HALF, None)
        return redirect("admin:login")
    if request.method == "POST" and "answer" in request.POST:
        return _by_key(request, half, context=context)
    form = FactorForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        answer = try_factor(half["operator"], form.cleaned_data["code"], address=address_of(request))
        if answer.outcome is LogInOutcome.DONE:
            return _enter(request, operator_id=half["operator"], has_factor=True, target=half["next"])
        wrong = _now("This code is wrong or has been used. Wait for the next one.")
        form.add_error("code", _words(answer) if answer.until else wrong)
    return _ask_again(request, half, form=form, context=context)


def _by_key(request: HttpRequest, half: dict[str, Any], *, context: dict[str, Any]) -> HttpResponse:
    """A security key's answer to the challenge that this session holds; the challenge serves once, right or wrong."""
    state = half.pop(CHALLENGE, None)
    request.session.modified = True
    said = KeyAnswer(site_of(address_of_site(request)), state, request.POST["answer"][:MOST_OF_AN_ANSWER])
    answer = try_key(half["operator"], said, address=address_of(request))
    if answer.outcome is LogInOutcome.DONE:
        return _enter(request, operator_id=half["operator"], has_factor=True, target=half["next"])
    wrong = _words(answer) if answer.until else str(FACTOR_SAYS[AccessOutcome.REFUSED_WRONG_KEY])
    return _ask_again(request, half, form=FactorForm(), context={**context, "key_problem": wrong})


def _ask_again(request: HttpRequest, half: dict[str, Any], *, form: FactorForm, context: dict[str, Any]) -> HttpResponse:
    """The page, with a new challenge for who has a key."""
    site = site_of(address_of_site(request))
    asked = ask_for_key(half["operator"], site) if site else None
    half[CHALLENGE] = asked.state if asked else None
    request.session.modified = True
    page = {**context, "title": _now("Second factor"), "form": form, "key_options": asked.options if asked else ""}
    return TemplateResponse(request, "onecard/log_in_factor.html", page)


def address_of_site(request: HttpRequest) -> str:
    """The address under which this page was opened: Django took its host name only if it is one of ONECARD_HOSTS."""
    return f"{request.scheme}://{request.get_host()}"


def log_out_page(request: HttpRequest) -> HttpResponse:
    """退出: end the session and ask who comes next."""
    if request.method != "POST":
        return redirect("admin:index")
    session = session_of(request)
    if session is not None:
        log_out(session)
    forget(request)
    return redirect("admin:login")


def _log_in_by_half(request: HttpRequest, *, operator_id: int | None, target: str) -> None:
    forget(request)
    request.session[HALF] = {"operator": operator_id, "at": clock.now().isoformat(), "next": target}


def _enter(request: HttpRequest, *, operator_id: int, has_factor: bool, target: str) -> HttpResponse:
    operator = Operator.objects.get(pk=operator_id)
    forget(request)
    login(request, operator)
    _warn(request, operator)
    browser = request.headers.get("User-Agent", "")
    session = start_session(operator, address=address_of(request), browser=browser, has_factor=has_factor)
    request.session[SESSION] = session.pk
    return redirect(_place_for(operator, target))


def _place_for(operator: Operator, target: str) -> str:
    """Where this operator goes: merchants' people to their own pages, whatever staff page they asked for."""
    home = reverse("portal:today")
    return target if operator.is_staff or target.startswith(home) else home


def _warn(request: HttpRequest, operator: Operator) -> None:
    """Say where else the operator is logged in, and that the password expires soon (clause R19)."""
    elsewhere = ", ".join(sorted({session.address or "?" for session in open_sessions(operator.pk)}))
    if elsewhere:
        said = _now("You are logged in elsewhere as well: %(addresses)s. If that is not you, end it under My account.")
        messages.warning(request, said % {"addresses": elsewhere})
    expires = expires_at(operator.password_changed_at)
    if expires is not None and clock.now() < expires <= clock.now() + REMIND_BEFORE:
        said = _now("Your password serves until %(day)s. Change it before.")
        messages.warning(request, said % {"day": localtime(expires).date().isoformat()})


def _target(request: HttpRequest) -> str:
    """Where to go afterwards: an address of this site, or the first page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else reverse("admin:index")


def _words(answer: LogInAnswer) -> str:
    if answer.until is not None:
        return _now(
            "Too many wrong tries. The next one is possible at %(time)s; the security administrator can unlock you sooner."
        ) % {"time": localtime(answer.until).strftime("%H:%M:%S")}
    return str(SAYS[answer.outcome])
