from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import override_settings

from onecard.web.tests import campus
from tests.browsing import FAST
from tests.world import World


@pytest.fixture
def site(world: World) -> Iterator[World]:
    """The cast with two days of business and an operator per post, in a transaction that is rolled back."""
    with override_settings(PASSWORD_HASHERS=FAST):
        campus.populate(world)
        campus.issue()
        campus.appoint()
        campus.work_at_the_counter(world)
        campus.propose()
        campus.deliver_roster()
        campus.deliver_feed_to_doors()
        campus.limit()
        campus.set_a_policy()
        campus.settle()
        yield world


@pytest.fixture
def whole_site(site: World) -> World:
    """The same with a month that ended with day one, by another cut-off, a report by mail and a refund: a row of every kind."""
    campus.end_month()
    campus.see_off()
    return site
