"""Which content fits, and who may sign."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from typing import Any

import pytest

from onecard.papers import kinds
from onecard.papers.rules import MOST_ROWS, SignFacts, content_digest, judge_signature, kept_content
from onecard.papers.tests.samples import SLIP, content
from onecard.papers.types import Role, SignOutcome

FACTS = SignFacts(asks_for=(Role.CHECKED, Role.RECEIVED), is_replaced=False, maker_id=1, signer_id=2, signed={})


def changed(**facts: Any) -> SignFacts:
    return dataclasses.replace(FACTS, **facts)


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        (FACTS, SignOutcome.DONE),
        (changed(signed={Role.RECEIVED: 3}), SignOutcome.DONE),
        (changed(signed={Role.CHECKED: 2}, is_replaced=True, maker_id=2, asks_for=()), SignOutcome.REPEATED),
        (changed(asks_for=(Role.RECEIVED,), is_replaced=True, maker_id=2), SignOutcome.REFUSED_NOT_ASKED),
        (changed(is_replaced=True, maker_id=2, signed={Role.CHECKED: 3}), SignOutcome.REFUSED_REPLACED),
        (changed(maker_id=2, signed={Role.CHECKED: 3}), SignOutcome.REFUSED_OWN),
        (changed(signed={Role.CHECKED: 3, Role.RECEIVED: 2}), SignOutcome.REFUSED_SIGNED),
        (changed(signed={Role.RECEIVED: 2}), SignOutcome.REFUSED_BOTH),
    ],
)
def test_who_may_sign_as_checked(facts: SignFacts, outcome: SignOutcome) -> None:
    assert judge_signature(facts, role=Role.CHECKED) is outcome


def test_dates_and_moments_are_kept_as_text_in_utc() -> None:
    day, moment = date(2026, 9, 1), datetime(2026, 9, 1, 4, 30, tzinfo=UTC)
    given = {"head": {"day": day, "bank": None}, "tables": {"tills": [{"till": "1", "at": moment, "count": 0}]}}
    kept = kept_content(SLIP, given)
    assert kept == {
        "head": {"day": "2026-09-01"},
        "tables": {"tills": [{"till": "1", "at": "2026-09-01T04:30:00+00:00", "count": 0}]},
    }
    assert kept_content(SLIP, kept) == kept
    assert kept_content(SLIP, {}) == {"head": {}, "tables": {"tills": []}}


def line(**values: Any) -> dict[str, Any]:
    return {"tables": {"tills": [values]}}


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"heads": {}}, "no place on this paper for heads"),
        ({"head": {"colour": "red"}}, "no place on this paper for colour"),
        ({"tables": {"safes": []}}, "no place on this paper for safes"),
        (line(till=7), "till: 7 is no text"),
        (line(till="x" * 501), "at most 500 characters"),
        (line(amount_fen=1.5), "amount_fen: 1.5 is no fen"),
        (line(count=True), "count: True is no count"),
        (line(count="3"), "count: '3' is no count"),
        ({"head": {"day": "yesterday"}}, "day: 'yesterday' is no date"),
        ({"head": {"day": datetime(2026, 9, 1, tzinfo=UTC)}}, "not a moment"),
        (line(at="2026-09-01T12:00:00"), "without a time zone"),
        ({"tables": {"tills": [{}] * (MOST_ROWS + 1)}}, "at most 10,000 rows, 10,001 given; divide it"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(given: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        kept_content(SLIP, given)


def test_the_digest_covers_all_that_the_paper_says() -> None:
    said: dict[str, Any] = {"kind": "a.b", "subject": "1", "dated": date(2026, 9, 1), "content": content()}
    others = ({"kind": "a.c"}, {"subject": "2"}, {"dated": date(2026, 9, 2)}, {"content": content(bank="other")})
    digests = {content_digest(**said | other) for other in ({}, *others)}
    assert len(digests) == 5
    assert content_digest(**said) in digests


def test_a_name_or_a_prefix_is_taken_once() -> None:
    assert kinds.declare(SLIP) is SLIP
    for other in (dataclasses.replace(SLIP, name="papers.other"), dataclasses.replace(SLIP, prefix="TT")):
        with pytest.raises(ValueError, match=r"is taken by papers\.slip"):
            kinds.declare(other)
    with pytest.raises(KeyError):
        kinds.kind_of("nowhere.nothing")
