"""A card office at work, for the tests of this room and of the pages: boxes, a job made and checked, a batch at two desks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from onecard.access.types import Actor
from onecard.cards.actions.box_cards import box_cards
from onecard.cards.actions.check_made_card import check_made_card
from onecard.cards.actions.create_card_job import create_card_job
from onecard.cards.actions.open_hand_out import open_hand_out
from onecard.cards.actions.print_job_cards import print_job_cards
from onecard.cards.actions.receive_box import receive_box
from onecard.cards.actions.run_card_job import run_card_job
from onecard.cards.actions.send_cards import send_cards
from onecard.cards.encoder import SimulatedEncoder
from onecard.cards.models import JobCard
from onecard.cards.types import Condition, JobOutcome, JobState, Place, StockOutcome
from onecard.people.actions.register_people import register_people
from onecard.people.types import NewPerson, PersonKind

MAKER, DESK_CLERK = Actor.system("maker"), Actor.system("desk clerk")


def freshmen(count: int, *, first: int = 1) -> list[int]:
    """People without a card; their ids."""
    newcomers = [
        NewPerson(f"F{number:05d}", f"Freshman {number}", PersonKind.UNDERGRADUATE, "Physics")
        for number in range(first, first + count)
    ]
    return [person.pk for person in register_people(newcomers)]


def make_cards(person_ids: Sequence[int], *, journal: Path, blanks: int = 100) -> int:
    """A job for these people, encoded, printed and checked; its id."""
    assert receive_box(MAKER, f"B{blanks}", count=blanks) in (StockOutcome.DONE, StockOutcome.REPEATED)
    job = create_card_job(MAKER, "Freshmen", person_ids=person_ids)
    assert job.job_id is not None
    assert len(list(run_card_job(MAKER, job.job_id, encoder=SimulatedEncoder(journal)))) == len(person_ids)
    print_job_cards(MAKER, job.job_id)
    for card_no in numbers_of(job.job_id):
        assert check_made_card(MAKER, card_no) is JobOutcome.DONE
    return job.job_id


def numbers_of(job_id: int) -> list[int]:
    """The numbers of the job's cards that are not spoiled."""
    good = JobCard.objects.filter(job_id=job_id).exclude(state=JobState.SPOILED)
    return list(good.order_by("pk").values_list("card_no", flat=True))


def open_desks(job_id: int, *, at_first: int) -> tuple[int, list[int]]:
    """A batch of the job's cards, the first so many of them at desk A, the rest at desk B; its id and the numbers."""
    opened = open_hand_out(MAKER, "Freshmen", job_id=job_id)
    assert opened.hand_out_id is not None
    numbers = numbers_of(job_id)
    assert box_cards(MAKER, opened.hand_out_id, desk="A", last_no=numbers[at_first - 1]).cards == at_first
    if at_first < len(numbers):
        box_cards(MAKER, opened.hand_out_id, desk="B", first_no=numbers[at_first])
    return opened.hand_out_id, numbers


def send_blanks(count: int) -> int:
    """A slip of blank cards from the card-making centre to the settlement centre; its id."""
    sent = send_cards(MAKER, Place.MAKING, to_place=Place.SETTLEMENT, condition=Condition.BLANK, count=count)
    assert sent.slip_id is not None
    return sent.slip_id
