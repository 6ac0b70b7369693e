"""The own account: password, second factor, recovery codes, sessions, and what limits them."""

from __future__ import annotations

from typing import Any, cast

import segno
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from onecard.access import factors, passwords, queries, totp
from onecard.access.actions.end_own_sessions import end_own_sessions
from onecard.access.limit_forms import words_for
from onecard.access.middleware import due_page, session_of
from onecard.access.models import Operator
from onecard.access.pages import Deed, deed_page
from onecard.access.types import AccessOutcome, Actor, NewCodes
from onecard.kernel import clock
from onecard.web.account_deeds import RECOVERY, REMOVAL, factor_deed, password_deed

ISSUER = "Onecard"
OTHERS = "others"


def account_page(request: HttpRequest, *, context: dict[str, Any]) -> HttpResponse:
    """我的账号: what there is, and a button for each thing to do; ends own sessions itself."""
    operator, session_id = _who(request)
    if request.method == "POST":
        return _end_sessions(request, session_id=session_id)
    expires = passwords.expires_at(operator.password_changed_at)
    about = {
        "title": _("My account"),
        "operator": operator,
        "posts": sorted(str(post.label) for post in operator.posts()),
        "expires_at": expires,
        "expires_soon": expires is not None and expires - clock.now() < passwords.REMIND_BEFORE,
        "has_factor": factors.has_factor(operator),
        "keys": operator.security_keys.order_by("pk"),
        "codes_left": factors.codes_left(operator),
        "must_have_factor": queries.must_have_factor(is_privileged=operator.is_privileged()),
        "sessions": queries.open_sessions(operator.pk),
        "own_session": session_id,
        "limits": [words_for(row) for row in queries.limits_of(operator.pk)],
    }
    return TemplateResponse(request, "onecard/account.html", {**context, **about})


def password_page(request: HttpRequest, *, context: dict[str, Any]) -> HttpResponse:
    """修改密码: this session goes on with the new password, the others end."""
    operator, session_id = _who(request)
    if operator.must_change_password:
        context = {**context, "must": _("Your password was set by somebody else: choose your own first.")}
    elif _is_due(request, operator, "password_change"):
        context = {**context, "must": _("Your password has served its time: choose a new one.")}
    deed = password_deed(session_id=session_id, rules=passwords.rules_in_words())
    response = deed_page(request, deed, row=None, back=reverse("admin:account"), context=context)
    changed = Operator.objects.get(pk=operator.pk)
    if changed.password != operator.password:
        update_session_auth_hash(request, changed)
    return response


def factor_page(request: HttpRequest, *, context: dict[str, Any]) -> HttpResponse:
    """第二因素: scan, type the code, keep the recovery codes."""
    operator, session_id = _who(request)
    sealed = request.POST.get("sealed") or factors.draft(operator.pk)
    try:
        secret = factors.read_draft(operator.pk, sealed)
    except Exception:
        sealed = factors.draft(operator.pk)
        secret = factors.read_draft(operator.pk, sealed)
    about = {
        "qr": SafeString(
            segno.make(totp.address_for_app(secret, account=operator.username, issuer=ISSUER)).svg_inline(border=0, omitsize=True)
        ),
        "secret": totp.base32(secret),
        "sealed": sealed,
        "must": _("Your posts need a second factor. Set it up first.") if _is_due(request, operator, "account_factor") else "",
    }
    return _codes_page(request, factor_deed(session_id=session_id), template="onecard/factor.html", context={**context, **about})


def recovery_page(request: HttpRequest, *, context: dict[str, Any]) -> HttpResponse:
    """恢复码: make new ones and show them."""
    _who(request)
    return _codes_page(request, RECOVERY, template="onecard/deed.html", context=context)


def removal_page(request: HttpRequest, *, context: dict[str, Any]) -> HttpResponse:
    """Do without a second factor."""
    _who(request)
    return deed_page(request, REMOVAL, row=None, back=reverse("admin:account"), context=context)


def _codes_page(request: HttpRequest, deed: Deed, *, template: str, context: dict[str, Any]) -> HttpResponse:
    """Ask, do, and show the recovery codes in the answer itself: they are kept nowhere in clear."""
    form = deed.form_for(None, answers=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        answer = cast(NewCodes, deed.act(Actor.of(cast(Operator, request.user)), None, form.cleaned_data))
        if answer.outcome is AccessOutcome.DONE:
            return TemplateResponse(
                request, "onecard/recovery_codes.html", {**context, "title": deed.title, "codes": answer.codes, "must": ""}
            )
        form.add_error(None, str(deed.words_for(answer, row=None)))
    page = {**context, "title": deed.title, "deed": deed, "form": form, "back": reverse("admin:account")}
    return TemplateResponse(request, template, page)


def _end_sessions(request: HttpRequest, *, session_id: int | None) -> HttpResponse:
    wanted = request.POST.get("session", "")
    if wanted == OTHERS or (wanted.isascii() and wanted.isdigit() and len(wanted) < 19):
        actor = Actor.of(cast(Operator, request.user))
        number = None if wanted == OTHERS else int(wanted)
        outcome = end_own_sessions(actor, actor.name, session_id=number, but=session_id)
        said = _("Ended.") if outcome is AccessOutcome.DONE else _("It was so already. Nothing changed.")
        messages.success(request, said)
    return redirect("admin:account")


def _who(request: HttpRequest) -> tuple[Operator, int | None]:
    """The operator, who must hold a post, and the id of this session."""
    if not request.user.has_perm("access.change_own_password"):
        raise PermissionDenied
    session = session_of(request)
    return cast(Operator, request.user), session.pk if session else None


def _is_due(request: HttpRequest, operator: Operator, page: str) -> bool:
    session = session_of(request)
    return session is not None and due_page(operator, session) == page
