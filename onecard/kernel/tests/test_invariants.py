"""The runner of invariants."""

from __future__ import annotations

import pytest

from onecard.kernel import sql
from onecard.kernel.invariants import headline, run_all


@pytest.mark.django_db
def test_an_empty_centre_breaks_no_invariant() -> None:
    assert run_all() == []


def test_every_file_has_an_id_of_its_own_and_a_rule() -> None:
    found = [headline(path.read_text(encoding="utf-8")) for path in sql.files_in("invariants")]
    assert len({invariant for invariant, _ in found}) == len(found) > 0
    assert all(rule for _, rule in found)


@pytest.mark.parametrize("text", ["select 1", "-- a rule without an id\nselect 1", "-- two words: rule\nselect 1"])
def test_a_file_without_its_headline_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="ID: rule"):
        headline(text)
