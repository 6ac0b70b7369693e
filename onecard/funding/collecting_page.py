"""领取补助: scan the card, see what waits, Enter; made for keyboard and scanner."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from onecard.access.types import Actor
from onecard.cards.queries import cards_with
from onecard.cards.types import CardState
from onecard.funding.actions.collect_subsidies import collect_subsidies
from onecard.funding.queries import subsidies_waiting_for
from onecard.funding.types import SubsidyOutcome
from onecard.funding.words import SUBSIDY_WORDS
from onecard.kernel.money import yuan
from onecard.kernel.pages import made_for
from onecard.people.models import Person
from onecard.people.queries import people_with
from onecard.people.rules import normalised_code

COLLECT = "funding.collect_subsidies"
MOST_DIGITS = 18


def collecting_page(request: HttpRequest, *, context: dict[str, Any]) -> HttpResponse:
    """Who is meant (`number`: of a card or a person) and what waits for them; a POST books it and is ready for the next one."""
    if not request.user.has_perm(COLLECT):
        raise PermissionDenied
    made_for(request)
    number = (request.POST if request.method == "POST" else request.GET).get("number", "")
    person, problem = _who(number) if number else (None, "")
    if request.method == "POST" and person is not None:
        _collect(request, person)
        return redirect(reverse("admin:funding_subsidybatch_collecting"))
    waiting = [] if person is None else list(subsidies_waiting_for(person.pk).select_related("batch").order_by("pk"))
    shown = {
        "title": _("Collect subsidies"),
        "number": number,
        "person": person,
        "problem": problem,
        "waiting": waiting,
        "total_fen": sum(one.amount_fen or 0 for one in waiting),
    }
    return TemplateResponse(request, "funding/collecting.html", {**context, **shown})


def _who(number: str) -> tuple[Person | None, str]:
    """Whose number it is, or why nothing is collected with it: a lost card, say, is not its holder."""
    code = normalised_code(number)
    person = people_with([code]).get(code)
    if person is not None:
        return person, ""
    card = cards_with([int(code)]).get(int(code)) if code.isascii() and code.isdigit() and len(code) <= MOST_DIGITS else None
    if card is None:
        return None, _("There is no card and no person with this number.")
    if card.state != CardState.ACTIVE:
        return None, _("The card cannot be used: look at the card's page.")
    return card.person, ""


def _collect(request: HttpRequest, person: Person) -> None:
    collected = collect_subsidies(Actor.of(request.user), person.pk)  # type: ignore[arg-type]
    if collected.outcome is not SubsidyOutcome.DONE:
        messages.error(request, f"{person}: {SUBSIDY_WORDS[collected.outcome]}")
        return
    said = _("%(person)s has collected ¥%(amount)s.") % {"person": person, "amount": yuan(collected.amount_fen)}
    messages.success(request, said)
