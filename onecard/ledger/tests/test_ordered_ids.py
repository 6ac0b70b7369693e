"""kernel.ordered_ids: places in a table by a value that never falls as ids grow; tried on sources, whose ids may have gaps."""

from __future__ import annotations

import pytest
from django.db.models import QuerySet

from onecard.kernel.ordered_ids import first_id
from onecard.kernel.sql import call
from onecard.ledger.actions.register_source import register_source
from onecard.ledger.models import Source
from onecard.ledger.types import SourceKind


def sources(sizes: list[int]) -> tuple[QuerySet[Source], list[list[int]]]:
    """Groups of sources whose kind-of-day is the first letter of the name, with gaps between the groups' ids."""
    groups = []
    for letter, size in zip("abcdefgh", sizes, strict=False):
        groups.append([register_source(SourceKind.JOB, name=f"{letter}{number:03d}") for number in range(size)])
        call("select nextval(pg_get_serial_sequence('ledger_source', 'id')) from generate_series(1, 5)")
    return Source.objects.filter(pk__in=[pk for group in groups for pk in group]), groups


@pytest.mark.parametrize("sizes", [[1], [3], [1, 1], [5, 1, 4], [1, 7, 2, 2, 30]])
def test_the_first_id_of_each_value(db: None, sizes: list[int]) -> None:
    rows, groups = sources(sizes)
    found = [first_id(rows, field="name", least=letter) for letter, _size in zip("abcdefgh", sizes, strict=False)]
    assert found == [group[0] for group in groups]


def test_between_values_and_beyond_them(db: None) -> None:
    rows, groups = sources([2, 3])
    assert first_id(rows, field="name", least="a5") == groups[1][0]
    assert first_id(rows, field="name", least="b002") == groups[1][2]
    assert first_id(rows, field="name", least="c") is None
    assert first_id(rows.none(), field="name", least="a") is None
