"""Making cards: numbers once, an encoder that fails or dies at any moment, print, check, sheet."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from onecard.audit.models import Event
from onecard.cards.actions.check_made_card import check_made_card
from onecard.cards.actions.create_card_job import create_card_job
from onecard.cards.actions.make_sheet import make_sheet
from onecard.cards.actions.print_job_cards import print_job_cards
from onecard.cards.actions.receive_box import receive_box
from onecard.cards.actions.run_card_job import NoBlanks, run_card_job
from onecard.cards.actions.spoil_job_card import spoil_job_card
from onecard.cards.encoder import EncodingFailed, SimulatedEncoder
from onecard.cards.layout import pdf_of
from onecard.cards.models import Card, CardJob, JobCard, StockPile
from onecard.cards.queries import job_counts
from onecard.cards.tests.office import MAKER, freshmen, make_cards, numbers_of
from onecard.cards.types import CardStage, JobOutcome, JobState
from onecard.people.actions.store_photo import store_photo
from onecard.people.types import PhotoFile, PhotoOutcome
from tests.world import World, broken_invariants


class Killed(BaseException):
    """What a SIGKILL does: nothing after it runs."""


def dies_after(calls: int) -> Callable[[int], None]:
    left = iter(range(calls))

    def before_end(card_no: int) -> None:
        if next(left, None) is None:
            raise Killed

    return before_end


def fails_at(calls: Iterator[bool]) -> Callable[[int], None]:
    def before_end(card_no: int) -> None:
        if next(calls, False):
            raise EncodingFailed("no answer from the chip")

    return before_end


def job_for(people: list[int], *, blanks: int = 50) -> int:
    receive_box(MAKER, "B1", count=blanks)
    made = create_card_job(MAKER, "Freshmen", person_ids=people)
    assert made.job_id is not None
    return made.job_id


def test_from_the_list_to_cards_in_stock(world: World, tmp_path: Path) -> None:
    job_id = make_cards(freshmen(3), journal=tmp_path / "journal", blanks=10)
    assert {Card.objects.get(card_no=number).stage for number in numbers_of(job_id)} == {CardStage.MADE}
    assert {str(pile.condition): pile.count for pile in StockPile.objects.all()} == {"blank": 7, "personalised": 3}
    assert broken_invariants() == {}


def test_who_has_a_card_or_one_in_the_making_is_left_out(world: World) -> None:
    people = freshmen(2)
    first = create_card_job(MAKER, "Freshmen", person_ids=[*people, people[0], world.people["lin"]])
    assert (first.outcome, first.cards, first.left_out) == (JobOutcome.DONE, 2, 2)
    assert create_card_job(MAKER, "Again", person_ids=people).outcome is JobOutcome.REFUSED_NOBODY


def test_a_failing_encoder_spoils_blanks_and_nobody_goes_without(world: World, tmp_path: Path) -> None:
    job_id = job_for(freshmen(4))
    encoder = SimulatedEncoder(tmp_path / "journal", before_end=fails_at(iter([False, True, True])))
    states = [state for _number, state in run_card_job(MAKER, job_id, encoder=encoder)]
    assert states == [JobState.ENCODED, JobState.SPOILED, JobState.SPOILED, JobState.ENCODED, JobState.ENCODED, JobState.ENCODED]
    assert (job_counts(job_id)[JobState.ENCODED], job_counts(job_id)[JobState.SPOILED]) == (4, 2)
    assert JobCard.objects.filter(job_id=job_id, state=JobState.ENCODED).values("person").distinct().count() == 4
    assert broken_invariants() == {}


def test_killed_at_any_moment_it_goes_on(world: World, tmp_path: Path) -> None:
    job_id, journal = job_for(freshmen(5)), tmp_path / "journal"
    for _run in range(4):
        with pytest.raises(Killed):
            list(run_card_job(MAKER, job_id, encoder=SimulatedEncoder(journal, before_end=dies_after(1))))
    list(run_card_job(MAKER, job_id, encoder=SimulatedEncoder(journal)))
    found = job_counts(job_id)
    assert (found[JobState.ENCODED], found[JobState.SPOILED], found[JobState.ENCODING], found[JobState.QUEUED]) == (5, 4, 0, 0)
    begun = [words[1] for words in SimulatedEncoder(journal).lines() if words[0] == "begin"]
    assert len(begun) == len(set(begun)) == 9, "no number went to the encoder twice"
    assert JobCard.objects.filter(job_id=job_id, state=JobState.ENCODED).values("person").distinct().count() == 5
    assert broken_invariants() == {}


def test_what_was_written_before_the_answer_was_lost_is_kept(world: World, tmp_path: Path) -> None:
    job_id, encoder = job_for(freshmen(1)), SimulatedEncoder(tmp_path / "journal")
    [number] = numbers_of(job_id)
    JobCard.objects.filter(card_no=number).update(state=JobState.ENCODING)
    chip_no = encoder.write(number)
    assert list(run_card_job(MAKER, job_id, encoder=encoder)) == [(number, JobState.ENCODED)]
    assert JobCard.objects.get(card_no=number).chip_no == chip_no


def test_what_never_reached_the_encoder_keeps_its_number(world: World, tmp_path: Path) -> None:
    job_id = job_for(freshmen(1))
    [number] = numbers_of(job_id)
    JobCard.objects.filter(card_no=number).update(state=JobState.ENCODING)
    (tmp_path / "journal").write_text(f"begin {number}", encoding="utf-8")
    assert list(run_card_job(MAKER, job_id, encoder=SimulatedEncoder(tmp_path / "other"))) == [(number, JobState.ENCODED)]


def test_without_blanks_it_stops(world: World, tmp_path: Path) -> None:
    job_id = job_for(freshmen(3), blanks=2)
    with pytest.raises(NoBlanks):
        list(run_card_job(MAKER, job_id, encoder=SimulatedEncoder(tmp_path / "journal")))
    assert job_counts(job_id)[JobState.ENCODED] == 2


def test_steps_in_their_order(world: World, tmp_path: Path) -> None:
    job_id = job_for(freshmen(1))
    [number] = numbers_of(job_id)
    assert check_made_card(MAKER, number) is JobOutcome.REFUSED_NOT_YET
    assert spoil_job_card(MAKER, number, reason="x") is JobOutcome.REFUSED_NOT_YET
    assert print_job_cards(MAKER, job_id) is JobOutcome.REFUSED_NOT_YET
    list(run_card_job(MAKER, job_id, encoder=SimulatedEncoder(tmp_path / "journal")))
    assert print_job_cards(MAKER, job_id) is JobOutcome.DONE
    assert check_made_card(MAKER, number) is JobOutcome.DONE
    assert check_made_card(MAKER, number) is JobOutcome.REPEATED
    assert spoil_job_card(MAKER, number, reason="x") is JobOutcome.REFUSED_OVER


def test_the_sheet_bears_the_photos_and_leaves_an_event(world: World, tmp_path: Path) -> None:
    people = freshmen(2)
    job_id = job_for(people)
    picture = io.BytesIO()
    Image.new("RGB", (400, 500), "navy").save(picture, "JPEG")
    assert store_photo(MAKER, people[0], file=PhotoFile("camera", picture.getvalue())) is PhotoOutcome.DONE
    assert make_sheet(MAKER, job_id).cards == 0
    list(run_card_job(MAKER, job_id, encoder=SimulatedEncoder(tmp_path / "journal")))
    sheet = make_sheet(MAKER, job_id)
    assert (sheet.cards, sheet.photos) == (2, 1)
    assert (sheet.pdf.startswith(b"%PDF"), b"/DCTDecode" in sheet.pdf) == (True, True)
    event = Event.objects.latest("pk")
    assert (event.action, event.subject, event.actor_name) == ("cards.make_sheet", str(job_id), "maker")


def test_the_sheet_has_a_page_a_card(world: World) -> None:
    job = CardJob.objects.get(pk=job_for(freshmen(2)))
    photo = io.BytesIO()
    Image.new("RGB", (220, 280), "navy").save(photo, "JPEG")
    items = list(job.items.order_by("pk"))
    made = pdf_of(items, job=job, photos={items[0].person_id: photo.getvalue()})
    assert made.startswith(b"%PDF")
    assert made.count(b"/Type /Page\n") + made.count(b"/Type/Page/") + made.count(b"/Type /Page ") >= 2 or b"/Count 2" in made
