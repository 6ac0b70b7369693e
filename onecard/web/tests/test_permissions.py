"""The permission table: every address of the site, who asks, what they get. An address that is missing here fails the test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from onecard.access.action import spec_of
from onecard.web.tests.campus import OPERATORS
from onecard.web.tests.permission_table import FOR_ALL, TABLE, WITHOUT_LINES, address_of
from tests.browsing import client_of
from tests.world import World, card

WHO = (None, *OPERATORS)
LOGIN = 302
"""Strangers, and operators without a post, are sent to the log-in."""


def names(patterns: list[URLPattern | URLResolver], *, prefix: str = "") -> Iterator[str]:
    """The names of all addresses, with their namespace; an address without a name is named by its pattern."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            namespace = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from names(pattern.url_patterns, prefix=prefix + namespace)
        else:
            yield prefix + (pattern.name or str(pattern.pattern))


def status_of(client: Client, name: str) -> int:
    """The status of a GET; a file is read to its end, which closes it."""
    response = client.get(address_of(name))
    if isinstance(response, StreamingHttpResponse):
        b"".join(response)
    return response.status_code


def refused_plainly(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The status alone: half of a thousand requests would otherwise go into the same page."""
    return HttpResponse(status=403)


def test_every_address_has_a_line() -> None:
    assert set(names(get_resolver().url_patterns)) == {*TABLE, *FOR_ALL, *WITHOUT_LINES}


def test_the_table(whole_site: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onecard.urls.handler403", refused_plainly)
    clients = {who: client_of(who) for who in WHO}
    wrong = []
    for name, of_posts in TABLE.items():
        expected = dict(zip(WHO, (LOGIN, LOGIN, *of_posts), strict=True))
        found = {who: status_of(clients[who], name) for who in WHO}
        if found != expected:
            wrong.append((name, found, expected))
    assert wrong == []


@pytest.mark.parametrize(("name", "status"), FOR_ALL.items())
def test_what_strangers_reach(db: None, name: str, status: int) -> None:
    assert client_of(None).get(reverse(name)).status_code == status


def test_strangers_are_sent_to_the_log_in_and_back(db: None) -> None:
    response = client_of(None).get("/purchases/purchase/?q=1")
    assert response.headers["Location"] == "/login/?next=/purchases/purchase/%3Fq%3D1"


def test_lists_and_details_refuse_every_post(whole_site: World) -> None:
    clients = [client_of(who) for who in OPERATORS if who != "outsider"]
    pages = [name for name in TABLE if name.endswith(("_changelist", "_change")) and name != "admin:password_change"]
    wrong = [(name, status) for name in pages if (status := _posted(clients, name)) - {403, 405}]
    assert wrong == []


def _posted(clients: list[Client], name: str) -> set[int]:
    return {
        client.post(address_of(name), {"action": "delete_selected", "_selected_action": "1"}).status_code for client in clients
    }


def test_a_deed_without_permission_is_refused_and_recorded(site: World) -> None:
    from onecard.audit.models import Event

    lin = card("lin")
    response = client_of("auditor").post(reverse("admin:cards_card_report-loss", args=[lin.pk]))
    refused = Event.objects.filter(action="cards.report_loss", outcome="NOT_PERMITTED", actor_name="auditor")
    assert (response.status_code, refused.count(), card("lin").state) == (403, 1, lin.state)


def test_every_button_is_an_action_that_some_post_has() -> None:
    from django.contrib import admin

    from onecard.access.pages import DeedAdmin
    from onecard.access.posts import PERMISSIONS

    known = frozenset().union(*PERMISSIONS.values())
    pages = [page for page in admin.site._registry.values() if isinstance(page, DeedAdmin)]
    deeds = [deed for page in pages for deed in (*page.deeds, *filter(None, [page.registering]))]
    assert len(deeds) > 10
    specs = {deed.name: spec_of(deed.name) for deed in deeds}
    assert {name for name, spec in specs.items() if not spec.is_general} <= known
    assert [deed.name for deed in deeds if deed.needs_approval is not (specs[deed.name].need is not None)] == []
