"""Where the counter's own pages are on the staff site."""

from __future__ import annotations

from functools import partial

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path

from onecard.counter.pages import (
    card_step_page,
    charge_page,
    counter_page,
    deposit_page,
    large_withdrawal_page,
    withdrawal_page,
)

PAGES = (
    ("counter/", counter_page, "counter"),
    ("counter/deposit/", deposit_page, "counter_deposit"),
    ("counter/withdrawal/", withdrawal_page, "counter_withdrawal"),
    ("counter/charge/", charge_page, "counter_charge"),
    ("counter/card/<int:card_id>/<slug:slug>/", card_step_page, "cards_card_at-counter"),
    ("counter/large-withdrawal/<int:person_id>/", large_withdrawal_page, "people_person_pay-large-withdrawal"),
)


def addresses(site: AdminSite) -> list[URLPattern]:
    """The pages, each for operators with a post; what a page needs beyond that it asks itself."""
    return [path(route, site.admin_view(partial(page, site=site)), name=name) for route, page, name in PAGES]
