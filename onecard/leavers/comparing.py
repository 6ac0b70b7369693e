"""Compare a list of leavers with the people that we know: each line's finding, and who is missing from the list."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence

from onecard.leavers.models import Leaver
from onecard.leavers.types import LISTS, ListFinding, WantedLeaver
from onecard.people.models import Person
from onecard.people.queries import left_without, people_with
from onecard.people.types import PersonState

MOST_MISSING = 1_000
"""So many who have left and are not in the list are counted and named at most."""


@dataclasses.dataclass(frozen=True, slots=True)
class ListReport:
    """What a list of leavers comes to: its lines with their findings, whom it lists, and who left by the roster without it.

    `person_ids` are in the order of the lines.
    """

    lines: list[tuple[WantedLeaver, ListFinding]]
    person_ids: list[int]
    missing_ids: list[int]

    @property
    def counts(self) -> dict[ListFinding, int]:
        """How many lines of each finding, in the findings' order."""
        found = Counter(finding for _line, finding in self.lines)
        return {finding: found[finding] for finding in ListFinding if found[finding]}


def compare_list(lines: Sequence[WantedLeaver]) -> ListReport:
    """Judge every line by the people and batches of now, the first finding that applies."""
    people = people_with(line.person_no for line in lines if line.person_no)
    known = {person.pk for person in people.values()}
    before = set(Leaver.objects.filter(person_id__in=known).values_list("person_id", flat=True))
    judged, listed = [], dict[int, None]()
    for line in lines:
        person = people.get(line.person_no)
        finding = _finding(line, person, seen=listed, before=before)
        judged.append((line, finding))
        if person is not None and finding in LISTS:
            listed[person.pk] = None
    on_a_list = Leaver.objects.values_list("person_id", flat=True)
    missing = [pk for pk in left_without(on_a_list, limit=MOST_MISSING + len(listed)) if pk not in listed]
    return ListReport(judged, list(listed), missing[:MOST_MISSING])


def _finding(line: WantedLeaver, person: Person | None, *, seen: dict[int, None], before: set[int]) -> ListFinding:
    if not line.person_no:
        return ListFinding.NO_NUMBER
    if person is None:
        return ListFinding.UNKNOWN
    in_order = (
        (bool(line.full_name) and line.full_name != person.full_name, ListFinding.OTHER_NAME),
        (person.pk in seen, ListFinding.TWICE),
        (person.pk in before, ListFinding.BEFORE),
        (person.state == PersonState.LEFT, ListFinding.AGREES),
    )
    return next((finding for applies, finding in in_order if applies), ListFinding.STILL_PRESENT)
