from __future__ import annotations

import time

import pytest

from onecard.kernel import sql
from onecard.policies import previews
from onecard.policies.catalogue import POLICIES
from onecard.policies.presenting import weight_of
from onecard.policies.previews import Figure, Term

pytestmark = pytest.mark.django_db


def test_previews_are_of_policies_that_move_money() -> None:
    found = previews.previews()
    assert len(found) >= 7
    assert {name for name in found if not POLICIES[name].moves_money} == set()


def test_two_rooms_cannot_preview_the_same_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previews, "in_rooms", lambda *_names: [{"cards.pin_tries": None}, {"cards.pin_tries": None}])
    with pytest.raises(ValueError, match=r"cards\.pin_tries"):
        previews.previews()


def test_what_cannot_be_told_is_said() -> None:
    assert "cannot be told" in weight_of("purchases.most_amount_fen", {"value": 30_000})
    assert weight_of("cards.pin_tries", {"value": 5}) == ""


def test_a_value_that_contradicts_another_is_said() -> None:
    assert "The PIN&#x27;s single limit is above its day limit." in weight_of("purchases.pin_single_limit_fen", {"value": 6_000})


def test_a_preview_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(value: int, term: Term) -> list[Figure]:
        sql.call("select count(*) from generate_series(1, 10000000000)")
        return []

    monkeypatch.setattr(previews, "MOST_SECONDS", 1)
    monkeypatch.setattr(previews, "previews", lambda: {"cards.replacement_fee_fen": slow})
    began = time.monotonic()
    assert "takes too long" in weight_of("cards.replacement_fee_fen", {"value": 2_000})
    assert time.monotonic() - began < 10
    [(timeout,)] = sql.call("select current_setting('statement_timeout')")
    assert timeout == "0"
