"""Keep many photos at once, each matched to its person by the number in the file's name."""

from __future__ import annotations

from collections.abc import Sequence

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.people.actions.store_photo import keep_photo
from onecard.people.photos import possible_numbers
from onecard.people.queries import people_with
from onecard.people.types import PhotoFile, PhotoOutcome

MAX_BATCH = 100


@action("people.store_photos", subject=lambda files: f"{len(files)} photos")
def store_photos(actor: Actor, files: Sequence[PhotoFile]) -> list[tuple[str, PhotoOutcome]]:
    """(file, outcome) of each in the order given; at most MAX_BATCH at once (ValueError). The same files again change nothing."""
    if len(files) > MAX_BATCH:
        raise ValueError(f"at most {MAX_BATCH} photos a call, {len(files)} given")
    numbers = {file.name: possible_numbers(file.name) for file in files}
    people = people_with(number for candidates in numbers.values() for number in candidates)
    answers = []
    for file in files:
        person = next((people[number] for number in numbers[file.name] if number in people), None)
        outcome = PhotoOutcome.REFUSED_UNMATCHED if person is None else keep_photo(person.pk, file.content)
        answers.append((file.name, outcome))
    return answers
