"""What card clerks do with people in a browser: a roster with a conflict, confirmed by a second clerk; camera; private values."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from onecard.access.actions.assign_posts import assign_posts
from onecard.access.actions.create_operator import create_operator
from onecard.access.types import Actor, Post
from onecard.audit.models import Event
from onecard.people.actions.name_roster_source import name_roster_source
from onecard.people.actions.register_person import register_person
from onecard.people.models import Person, Photo, RosterImport
from onecard.people.tests.rosters import excel_of, identity
from onecard.people.types import ImportState, NewPerson, PersonKind, PersonOutcome
from onecard.web.tests.campus import PASSWORD
from tests.pages.conftest import PAGE_MS, LogIn

ZHANG = "2026800"


@pytest.fixture(scope="module")
def desk(address: str) -> str:
    """The site with a second clerk, the student system as a source, and Zhang, whose identity is known."""
    office = Actor.system("office")
    create_operator(office, "clerk2", full_name="Clerk Two", password=PASSWORD, must_change_password=False)
    assign_posts(office, "clerk2", posts={Post.CARD_CLERK})
    name_roster_source(office, "students", title="Student system", kinds=[PersonKind.UNDERGRADUATE])
    zhang = NewPerson(ZHANG, "张敏", PersonKind.UNDERGRADUATE, "Physics")
    assert register_person(office, zhang, id_number=identity(5), phone="13800001234") is PersonOutcome.DONE
    return address


def propose_to_apply(page: Page, *, file: Path) -> None:
    """Upload, wait while the page reads by itself, look at the conflict, propose."""
    page.goto("/people/rosterimport/add/")
    page.select_option("select[name=source]", "students")
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Import a roster").click()
    expect(page.get_by_text("Waits to be applied").first).to_be_visible(timeout=PAGE_MS)
    page.locator("tr", has_text="Conflict").get_by_role("link").click()
    expect(page.get_by_text("We know this identity number under another number")).to_be_visible()
    expect(page.get_by_text("2026800 张敏")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Propose to apply").click()
    page.fill("input[name=reason]", "new term")
    page.get_by_role("button", name="Propose to apply").click()
    expect(page.get_by_text("Proposed; it waits for approval.")).to_be_visible()


def test_a_roster_with_a_conflict_is_confirmed_by_a_second_clerk(desk: str, log_in: LogIn, tmp_path: Path) -> None:
    file = tmp_path / "students.xlsx"
    wang, zhang = ("2026950", "王芳", "本科生", "Maths"), ("2026951", "张敏", "研究生", "Maths")
    lines = [(*wang, "", "", "", ""), (*zhang, identity(5), "", "", "")]
    file.write_bytes(excel_of(lines))
    propose_to_apply(log_in("clerk"), file=file)
    assert not Person.objects.filter(person_no="2026950").exists()
    second = log_in("clerk2")
    second.get_by_role("link", name="1 proposal waits for your decision").click()
    second.locator("#result_list tbody a").first.click()
    second.get_by_role("link", name="Approve").click()
    second.get_by_role("button", name="Approve").click()
    expect(second.get_by_text("Approved.")).to_be_visible()
    assert RosterImport.objects.latest("pk").state == ImportState.APPLIED
    assert set(Person.objects.filter(person_no__startswith="202695").values_list("person_no", flat=True)) == {"2026950"}
    second.goto("/people/person/")
    second.fill("#searchbar", "wangfang")
    second.press("#searchbar", "Enter")
    expect(second.locator("#result_list tbody")).to_have_count(1)


def test_a_photo_is_taken_by_the_camera(desk: str, log_in: LogIn) -> None:
    page = log_in("clerk")
    person = Person.objects.get(person_no=ZHANG)
    page.goto(f"/people/person/{person.pk}/change/")
    page.get_by_role("link", name="Photo", exact=True).click()
    page.get_by_role("button", name="Take picture").click()
    expect(page.locator("form#camera[data-taken=true]")).to_be_visible()
    page.get_by_role("button", name="Once more").click()
    page.get_by_role("button", name="Take picture").click()
    expect(page.locator("form#camera[data-taken=true]")).to_be_visible()
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("The photo is kept.")).to_be_visible()
    photo = page.locator("img.oc-photo")
    expect(photo).to_be_visible()
    assert photo.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [358, 441]
    assert Photo.objects.filter(pk=person.pk).exists()


def test_private_values_are_shown_for_a_reason(desk: str, log_in: LogIn) -> None:
    page = log_in("clerk")
    person = Person.objects.get(person_no=ZHANG)
    page.goto(f"/people/person/{person.pk}/change/")
    expect(page.get_by_text("138****1234")).to_be_visible()
    assert identity(5) not in page.content()
    page.get_by_role("link", name="Show what is private").click()
    page.fill("input[name=reason]", "lost card")
    page.get_by_role("button", name="Show what is private").click()
    expect(page.get_by_text(identity(5))).to_be_visible()
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_text("138****1234")).to_be_visible()
    event = Event.objects.filter(action="people.reveal_particulars").get()
    assert (event.actor_name, event.subject) == ("clerk", str(person.pk))
