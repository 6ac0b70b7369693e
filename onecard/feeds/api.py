"""The small API by which a consumer pulls its feed: `GET /feeds/<code>?since=N`, `POST /feeds/<code>`, with its token.

GET  → JSON Lines, the newest number in the header Onecard-Number: take the rows in, keep the number.
POST {"number": N, "held": H} → {"outcome": …, "expected": E}: N is taken in, H people are held now.
"""

from __future__ import annotations

import hmac
import json

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from onecard.access.types import Actor
from onecard.feeds.actions.acknowledge_feed import acknowledge_feed
from onecard.feeds.actions.deliver_feed import deliver_feed
from onecard.feeds.actions.fetch_feed import fetch_feed
from onecard.feeds.actions.issue_token import token_digest
from onecard.feeds.files import JSON_LINES, TYPES, lines_of
from onecard.feeds.models import Consumer
from onecard.feeds.types import FeedOutcome

MAX_BODY_BYTES = 1_000
MAY = frozenset({"feeds.deliver_feed", "feeds.fetch_feed", "feeds.acknowledge_feed"})


@csrf_exempt
def feed(request: HttpRequest, code: str) -> HttpResponse | StreamingHttpResponse:
    """Deliver on GET, acknowledge on POST; 401 without the consumer's own token, whether or not there is such a consumer."""
    if not _is_consumer(code, token=request.headers.get("Authorization", "").removeprefix("Bearer ")):
        return JsonResponse({"outcome": FeedOutcome.REFUSED_UNKNOWN.name}, status=401)
    actor = Actor(operator_id=None, name=f"feed {code}", permissions=MAY)
    if request.method == "GET":
        return _deliver(actor, code, since=request.GET.get("since", "0"))
    if request.method == "POST":
        return _acknowledge(actor, code, body=request)
    return HttpResponse(status=405, headers={"Allow": "GET, POST"})


def _is_consumer(code: str, *, token: str) -> bool:
    kept = Consumer.objects.filter(code=code).values_list("token_digest", flat=True).first()
    return kept is not None and hmac.compare_digest(bytes(kept), token_digest(token))


def _deliver(actor: Actor, code: str, *, since: str) -> HttpResponse | StreamingHttpResponse:
    if not since.isascii() or not since.isdecimal() or len(since) > 9:
        return JsonResponse({"outcome": FeedOutcome.REFUSED_NUMBER.name}, status=400)
    deliver_feed(actor, code, is_full=int(since) == 0)
    rows = fetch_feed(actor, code, since=int(since))
    if rows.outcome is FeedOutcome.REFUSED_NUMBER:
        return JsonResponse({"outcome": rows.outcome.name}, status=400)
    response = StreamingHttpResponse(lines_of(rows, form=JSON_LINES), content_type=TYPES[JSON_LINES])
    response["Onecard-Number"] = str(rows.number)
    return response


def _acknowledge(actor: Actor, code: str, *, body: HttpRequest) -> HttpResponse:
    try:
        said = json.loads(body.read(MAX_BODY_BYTES))
        number, held = said["number"], said["held"]
    except (ValueError, TypeError, KeyError):
        number = held = None
    if type(number) is not int or type(held) is not int:
        return JsonResponse({"outcome": FeedOutcome.REFUSED_NUMBER.name, "what": "send number and held"}, status=400)
    answer = acknowledge_feed(actor, code, number=number, held=held)
    status = 400 if answer.outcome is FeedOutcome.REFUSED_NUMBER else 200
    return JsonResponse({"outcome": answer.outcome.name, "expected": answer.expected}, status=status)


urlpatterns = [path("feeds/<slug:code>", feed, name="feed")]
