"""The project's own gateway, as a process on real PostgreSQL, passes the whole kit."""

from __future__ import annotations

import asyncio

import pytest

from onecard.conformance.cases import Finding
from onecard.conformance.gateway_cases import GATEWAY_CASES
from onecard.conformance.gateway_run import try_gateway
from onecard.conformance.preparing import OwnHand
from onecard.conformance.tests.conftest import Ready


@pytest.mark.slow
def test_the_own_gateway_passes_everything(ready: Ready) -> None:
    cases = GATEWAY_CASES.all
    verdicts = asyncio.run(try_gateway(ready.address, cases, posts=ready.posts, cards=ready.cards, hand=OwnHand()))
    assert [str(verdict) for verdict in verdicts if verdict.finding is not Finding.PASSED] == []
    assert len(verdicts) == len(cases)
