"""The page that takes a list of bank accounts: whose each is by number, kept, and said what became of every line."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from onecard.access.pages import Deed, DeedForm
from onecard.access.types import Actor
from onecard.kernel.csv_lines import FileRefused
from onecard.people.actions.enter_bank_accounts import enter_bank_accounts
from onecard.people.fields import DeliveredFileField
from onecard.people.rules import MAX_ROSTER_BYTES
from onecard.people.types import AccountFinding

KEPT = (AccountFinding.ENTERED, AccountFinding.UNCHANGED)


class AccountsForm(DeedForm):
    """The list."""

    file = DeliveredFileField(
        most_bytes=MAX_ROSTER_BYTES,
        label=_("file"),
        help_text=_("Excel (.xlsx) or CSV (UTF-8, GBK) with the columns 学工号 and 银行账号, perhaps 户名 and 开户行."),
    )


ENTERING = Deed(
    "people.enter_bank_accounts",
    _("Bank accounts by a file"),
    form=AccountsForm,
    explains=_("Where finance refunds people, in place of what was entered before. Without 户名 the holder is the person."),
)


def accounts_page(request: HttpRequest, *, context: dict[str, Any]) -> HttpResponse:
    """Ask for a list; answer with how many were entered and every line that was left out, without account numbers."""
    is_sent = request.method == "POST"
    if not request.user.has_perm(ENTERING.name):
        raise PermissionDenied
    form = ENTERING.form_for(None, answers=request.POST if is_sent else None, files=request.FILES if is_sent else None)
    page = {**context, "title": ENTERING.title, "deed": ENTERING, "form": form, "back": reverse("admin:people_person_changelist")}
    if is_sent and form.is_valid():
        try:
            found = enter_bank_accounts(Actor.of(request.user), form.cleaned_data["file"])  # type: ignore[arg-type]
        except FileRefused as refused:
            form.add_error("file", str(refused))
        else:
            counts = Counter(finding for _line, finding in found)
            page |= {
                "counts": [(finding.label, counts[finding]) for finding in KEPT],
                "left_out": [(line.line, line.person_no, finding.label) for line, finding in found if finding not in KEPT],
            }
    return TemplateResponse(request, "people/accounts.html", page)
