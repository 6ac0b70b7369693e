"""The page of gaps (缺号) over all terminals: where numbers are missing, what the terminals say, ask again, declare lost."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onecard.access.actions.propose_action import propose_action
from onecard.access.models import Proposal
from onecard.access.pages import MOST_OF_A_REASON
from onecard.access.types import Actor, ProposalState
from onecard.kernel import clock
from onecard.kernel.pages import link, made_for
from onecard.merchants.models import Merchant
from onecard.terminals import queries
from onecard.terminals.actions.ask_again import ask_again
from onecard.terminals.models import TerminalBatch
from onecard.terminals.pages import Narrowing, ago, page_of
from onecard.terminals.queries import MOST_PLACES
from onecard.terminals.types import GapPlace

SEES_GAPS = "terminals.view_terminalbatch"
ASK, LOSE = "terminals.ask_again", "terminals.declare_lost"
NOT_FOUND, WAITING = "not_found", "waiting"
STATES = ((WAITING, gettext_lazy("The terminal is being asked")), (NOT_FOUND, gettext_lazy("The terminal doesn't have them")))
_PLACE = re.compile(r"([0-9]{1,10})/([0-9]{1,9})-([0-9]{1,9})")


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Chosen numbers of a batch, both ends included."""

    batch: TerminalBatch
    first_seq: int
    last_seq: int

    @property
    def content(self) -> dict[str, int]:
        """As the actions take it."""
        return {"batch_no": self.batch.batch_no, "first_seq": self.first_seq, "last_seq": self.last_seq}


def gaps_page(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """The gaps, and for those that were chosen: ask the terminals again, or propose to declare them lost."""
    if not request.user.has_perm(SEES_GAPS):
        raise PermissionDenied
    made_for(request)
    if request.method == "POST":
        _settle(request)
        return HttpResponseRedirect(request.get_full_path())
    wanted = Narrowing.of(request)
    places = queries.gap_places(
        q=wanted.q,
        merchant_id=int(wanted.merchant) if wanted.merchant.isascii() and wanted.merchant.isdigit() else None,
        is_not_found={NOT_FOUND: True, WAITING: False}.get(wanted.state),
    )
    page = page_of(request, places)
    context = {
        **site.each_context(request),
        "title": _("Missing numbers"),
        "wanted": wanted,
        "merchants": list(Merchant.objects.order_by("name").values_list("pk", "name")),
        "states": STATES,
        "page": page,
        "page_address": wanted.as_address(),
        "places": shown_places(page, now=clock.now()),
        "totals": queries.missing_totals(),
        "is_cut": len(places) == MOST_PLACES,
        "may_ask": request.user.has_perm(ASK),
        "may_lose": request.user.has_perm(LOSE),
    }
    return TemplateResponse(request, "onecard/gaps.html", context)


def shown_places(places: Iterable[GapPlace], *, now: datetime) -> list[dict[str, Any]]:
    """The gaps in words."""
    waiting = _proposed()
    return [
        {
            "place": place,
            "value": f"{place.batch_id}/{place.gap.first_seq}-{place.gap.last_seq}",
            "terminal": link("terminals.terminal", place.gap.terminal_id, place.terminal),
            "merchant": link("merchants.merchant", place.merchant_id, place.merchant),
            "batch": link("terminals.terminalbatch", place.batch_id, place.gap.batch_no),
            "since": ago(place.since, now=now),
            "answer": _answer(place, now=now),
            "proposal": _proposal_link(waiting, place=place),
        }
        for place in places
    ]


def _answer(place: GapPlace, *, now: datetime) -> str:
    if place.not_found_at is not None:
        return _("doesn't have them, said %(time)s ago") % {"time": ago(place.not_found_at, now=now)}
    if place.asked_by:
        return _("asked again by %(who)s %(time)s ago") % {"who": place.asked_by, "time": ago(place.asked_at, now=now)}
    return _("asked with every heartbeat")


def _proposed() -> dict[tuple[str, int, int, int], int]:
    """The proposals that wait to declare numbers lost, by place."""
    rows = Proposal.objects.filter(action=LOSE, state=ProposalState.PENDING, expires_at__gt=clock.now())
    return {
        (row.subject, row.payload["batch_no"], row.payload["first_seq"], row.payload["last_seq"]): row.pk
        for row in rows.order_by("-pk")[:MOST_PLACES]
    }


def _proposal_link(waiting: Mapping[tuple[str, int, int, int], int], *, place: GapPlace) -> object:
    gap = place.gap
    proposal_id = waiting.get((place.terminal, gap.batch_no, gap.first_seq, gap.last_seq))
    return "" if proposal_id is None else link("access.proposal", proposal_id, f"#{proposal_id}")


def _settle(request: HttpRequest) -> None:
    """Do with the chosen places what the button says, each by itself, and tell what became of it."""
    places = _chosen(request)
    if not places:
        messages.error(request, _("Choose at least one place first."))
        return
    actor = Actor.of(request.user)  # type: ignore[arg-type]
    if request.POST.get("deed") == "ask":
        for place in places:
            ask_again(actor, place.batch.terminal.code, **place.content)
        _tell(request, _("The terminals will be asked for what you chose: %(number)s."), number=len(places))
        return
    reason = request.POST.get("reason", "").strip()[:MOST_OF_A_REASON]
    if not reason:
        messages.error(request, _("Say why the numbers are lost."))
        return
    for place in places:
        payload = {**place.content, "reason": reason}
        propose_action(actor, LOSE, subject=place.batch.terminal.code, payload=payload, reason=reason)
    _tell(request, _("Proposed, each place by itself: %(number)s. They wait for approval."), number=len(places))


def _tell(request: HttpRequest, words: str, *, number: int) -> None:
    messages.success(request, words % {"number": number})


def _chosen(request: HttpRequest) -> list[Place]:
    """The places that were ticked, at most a page of them; what is none is passed over."""
    found = [match for text in request.POST.getlist("place")[:MOST_PLACES] if (match := _PLACE.fullmatch(text))]
    batches = TerminalBatch.objects.select_related("terminal").in_bulk({int(match[1]) for match in found})
    places = [Place(batches[int(match[1])], int(match[2]), int(match[3])) for match in found if int(match[1]) in batches]
    return [place for place in places if 1 <= place.first_seq <= place.last_seq]
