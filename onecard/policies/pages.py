"""每日检查参数: the page that says what is strange about the values in force today."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from onecard.policies.catalogue import POLICIES
from onecard.policies.daily_check import findings_today
from onecard.policies.plausibility import Finding
from onecard.policies.presenting import value_text
from onecard.policies.queries import values_of

SEE = "policies.view_adoptedpolicy"


def check_page(request: HttpRequest, *, context: dict[str, Any]) -> HttpResponse:
    """Faults, then what is good to know, each with the policies that it is about; for whoever sees policies."""
    if not request.user.has_perm(SEE):
        raise PermissionDenied
    found = [(one, _named(one)) for one in findings_today()]
    page = {
        **context,
        "title": _("Check of the policies"),
        "faults": [pair for pair in found if pair[0].is_fault],
        "notes": [pair for pair in found if not pair[0].is_fault],
    }
    return TemplateResponse(request, "onecard/policy_check.html", page)


def _named(finding: Finding) -> list[tuple[str, str]]:
    values = values_of(finding.names)
    return [(name, value_text(POLICIES[name], values[name])) for name in finding.names]
