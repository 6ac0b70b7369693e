"""The pages of people and rosters, as clerks use them."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from python_calamine import CalamineWorkbook

from onecard.access.actions.assign_posts import assign_posts
from onecard.access.actions.create_operator import create_operator
from onecard.access.models import Proposal
from onecard.access.types import Actor, Post
from onecard.audit.models import Event
from onecard.cards.actions.cancel_card import cancel_card
from onecard.people.actions.register_person import register_person
from onecard.people.models import Person, Photo, RosterImport, RosterSource
from onecard.people.tests.rosters import excel_of, identity
from onecard.people.tests.test_photos import archive_of, picture
from onecard.people.types import ImportState, NewPerson, PersonKind, PersonState
from onecard.web.tests.campus import PASSWORD
from tests.browsing import client_of
from tests.world import CARD_NO, World, broken_invariants


@pytest.fixture
def desk(site: World) -> World:
    """The campus with a second card clerk, and Zhang, whose identity is known."""
    personnel = Actor.system("personnel")
    create_operator(personnel, "clerk2", full_name="Clerk Two", password=PASSWORD, must_change_password=False)
    assign_posts(personnel, "clerk2", posts={Post.CARD_CLERK})
    zhang = NewPerson("2026800", "张敏", PersonKind.UNDERGRADUATE, "Physics")
    register_person(site.cast.clerk, zhang, id_number=identity(5), phone="13800001234")
    return site


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def page_of(number: str, deed: str = "change") -> str:
    return f"/people/person/{Person.objects.get(person_no=number).pk}/{deed}/"


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def upload(client: Client, content: bytes, *, name: str = "new.xlsx", **other: str) -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post("/people/rosterimport/add/", {"source": "students", "file": file, **other})


def read_on(client: Client, address: str) -> None:
    """What the page does by itself."""
    piece = address.replace("change/", "piece/")
    assert client.post(piece).headers.get("HX-Refresh") == "true"


def test_a_roster_is_imported_with_a_conflict_and_applied_by_a_second_clerk(desk: World) -> None:
    clerk, second = client_of("clerk"), client_of("clerk2")
    lines = [
        ("2026950", "王芳", "本科生", "Maths", "", "", "", ""),
        ("2026951", "张敏", "研究生", "Maths", identity(5), "", "", ""),
        ("20261001", "Lin", "本科生", "Maths", "", "", "", ""),
        ("2026952", "", "本科生", "", "", "", "", ""),
    ]
    response = upload(clerk, excel_of(lines))
    address = response.headers["Location"]
    assert 'hx-trigger="load"' in text_of(clerk, address)
    read_on(clerk, address)
    assert "roster-progress" not in text_of(clerk, address)
    pk = int(address.split("/")[3])
    report = text_of(clerk, f"/people/rosterline/?roster__id__exact={pk}")
    assert "We know this identity number under another number" in report
    assert "2026800 张敏" in report
    assert "unit: Physics → Maths" in report
    assert identity(5) not in report
    form = clerk.get(address.replace("change/", "apply-roster/")).context["form"]
    answer = {"digest": form["digest"].value(), "reason": "new term"}
    response = clerk.post(address.replace("change/", "apply-roster/"), answer)
    assert said(response) == ["Proposed; it waits for approval."]
    proposal = Proposal.objects.latest("pk")
    decision = {"digest": bytes(proposal.payload_digest).hex(), "note": ""}
    own = clerk.post(f"/access/proposal/{proposal.pk}/approve-proposal/", decision)
    assert said(own)[-1] == "Nobody decides on an own proposal: a colleague has to."
    second.post(f"/access/proposal/{proposal.pk}/approve-proposal/", decision)
    assert RosterImport.objects.get(pk=pk).state == ImportState.APPLIED
    assert Person.objects.get(person_no="2026950").pinyin == "wangfang"
    assert Person.objects.get(person_no="20261001").unit == "Maths"
    assert not Person.objects.filter(person_no="2026951").exists()
    assert f"students #{pk}" in text_of(clerk, page_of("20261001"))
    assert "clerk (approved by clerk2)" in text_of(clerk, page_of("20261001"))
    assert broken_invariants() == {}


def test_the_report_goes_to_excel(site: World) -> None:
    roster = RosterImport.objects.latest("pk")
    response = client_of("clerk", language="zh-hans").get(f"/people/rosterimport/{roster.pk}/report.xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert rows[0][:4] == ["行", "比对结果", "学工号", "姓名"]
    assert rows[1][:2] == [3.0, "错误"]
    assert rows[2][1:4] == ["新增", "2026900", "Zhao Min"]


def test_a_file_that_is_no_roster_says_why_and_loses_nothing(site: World) -> None:
    clerk, before = client_of("clerk"), RosterImport.objects.count()
    response = upload(clerk, b"x", name="a.csv")
    assert response.status_code == 200
    assert "none of the first rows names the columns" in said(response)[-1]
    assert RosterImport.objects.count() == before


def test_columns_are_named_on_the_page(site: World) -> None:
    clerk = client_of("clerk")
    response = upload(clerk, "学籍号,姓名,类别\n1,王伟,本科生\n".encode("gbk"), name="a.csv")
    address = response.headers["Location"]
    form = clerk.get(address.replace("change/", "map-roster-columns/")).context["form"]
    assert form["full_name"].value() == "姓名"
    answers = {"full_name": "姓名", "kind": "类别", "person_no": "类别"}
    wrong = clerk.post(address.replace("change/", "map-roster-columns/"), answers)
    assert said(wrong)[-1] == "A needed column is missing, or one column is named for two things."
    clerk.post(address.replace("change/", "map-roster-columns/"), {**answers, "person_no": "学籍号"})
    read_on(clerk, address)
    assert RosterImport.objects.latest("pk").counts == {"new": 1}
    assert RosterSource.objects.get(code="students").columns["person_no"] == "学籍号"


def test_a_discarded_roster_is_gone(site: World) -> None:
    roster = RosterImport.objects.latest("pk")
    clerk = client_of("clerk")
    clerk.post(f"/people/rosterimport/{roster.pk}/discard-roster/")
    page = text_of(clerk, f"/people/rosterimport/{roster.pk}/change/")
    assert "Discarded" in page
    assert "apply-roster/" not in page


def test_a_source_is_named(site: World) -> None:
    clerk = client_of("clerk")
    answers = {"code": "hr", "title": "Staff system", "kinds": ["staff", "retired"], "default_kind": "staff"}
    assert clerk.post("/people/rostersource/add/", answers).status_code == 302
    assert RosterSource.objects.get(code="hr").kinds == ["staff", "retired"]
    assert "Staff, Retired" in text_of(clerk, "/people/rostersource/")
    assert said(clerk.post("/people/rostersource/add/", answers))[-1] == "There is a source with this code already."


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026800", 1),
        ("张", 1),
        ("zhangmin", 1),
        ("zm", 1),
        (identity(5), 1),
        (identity(6), 0),
        (str(CARD_NO["lin"]), 1),
        ("20261", 9),
        ("nobody", 0),
    ],
)
def test_people_are_found(desk: World, text: str, found: int) -> None:
    response = client_of("clerk").get("/people/person/", {"q": text})
    assert len(response.context["cl"].result_list) == found


def test_private_values_are_masked_and_shown_on_request(desk: World) -> None:
    clerk = client_of("clerk")
    page = text_of(clerk, page_of("2026800"))
    assert f"110***********{identity(5)[-4:]}" in page
    assert "138****1234" in page
    assert identity(5) not in page
    shown = clerk.post(page_of("2026800", "reveal-particulars"), {"reason": "lost card"})
    assert identity(5) in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    assert said(shown) == []
    event = Event.objects.latest("pk")
    assert (event.actor_name, event.action) == ("clerk", "people.reveal_particulars")
    assert clerk.post(page_of("2026800", "reveal-particulars"), {"reason": ""}).status_code == 200
    assert client_of("auditor").post(page_of("2026800", "reveal-particulars"), {"reason": "x"}).status_code == 403
    assert "reveal-particulars/" not in text_of(client_of("auditor"), page_of("2026800"))


def test_a_photo_is_uploaded_and_shown(desk: World) -> None:
    clerk = client_of("clerk")
    buffer = io.BytesIO()
    Image.new("RGB", (600, 800), "red").save(buffer, "JPEG")
    taking = page_of("2026800", "store-photo")
    refused = clerk.post(taking, {"photo": SimpleUploadedFile("a.jpg", b"x")})
    assert said(refused) == ["This is not a JPEG or PNG picture, or it is damaged."]
    assert clerk.post(taking, {"photo": SimpleUploadedFile("a.jpg", buffer.getvalue())}).status_code == 302
    assert page_of("2026800", "photo") in text_of(clerk, page_of("2026800"))
    photo = clerk.get(page_of("2026800", "photo"))
    assert photo.headers["Content-Type"] == "image/jpeg"
    assert "no-store" in photo.headers["Cache-Control"]
    assert Image.open(io.BytesIO(photo.content)).size == (358, 441)
    assert client_of("auditor").get(page_of("2026800", "photo")).status_code == 403


def send_photos(content: bytes) -> Any:
    return client_of("clerk").post("/people/person/photos/", {"file": SimpleUploadedFile("class.zip", content)})


def test_photos_by_batch_are_kept_and_the_rest_is_named_first(desk: World) -> None:
    answer = send_photos(archive_of({"2026800_张敏.jpg": picture(), "nobody.jpg": picture(), "2026800.gif": b"x"}).getvalue())
    kept, words = ("2026800_张敏.jpg", "The photo is kept.", False), ("nobody.jpg", "Nobody has a number like this.", True)
    assert [(name, str(said), is_refused) for name, said, is_refused in answer.context["lines"]] == [words, kept]
    assert "1 photo kept." in answer.content.decode()
    assert Photo.objects.filter(person__person_no="2026800").exists()
    event = Event.objects.filter(action="people.store_photos").latest("pk")
    assert (event.actor_name, event.subject) == ("clerk", "2 photos")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"GIF89a", "not a ZIP archive, or it is damaged"),
        (b"PK\x03\x04 torn", "not a ZIP archive, or it is damaged"),
        (archive_of({"readme.txt": b"x"}).getvalue(), "no JPEG or PNG picture in the archive"),
        (archive_of({f"{number}.jpg": b"" for number in range(301)}).getvalue(), "more than 300 pictures"),
        (archive_of({f"{number}.jpg": bytes(9_000_000) for number in range(60)}).getvalue(), "unpacks to more than 500 MB"),
    ],
    ids=["gif", "torn", "empty", "many", "bomb"],
)
def test_what_is_no_archive_of_photos_is_refused_in_words(desk: World, content: bytes, words: str) -> None:
    answer = send_photos(content)
    assert answer.status_code == 200
    assert words in str(answer.context["problem"])
    assert not Photo.objects.exists()


def test_a_person_changes_leaves_and_comes_back(desk: World) -> None:
    clerk = client_of("clerk")
    form = clerk.get(page_of("2026800", "change-person")).context["form"]
    assert (form["full_name"].value(), form["id_number"].value()) == ("张敏", None)
    answers = {"person_no": "2026801", "full_name": "张敏敏", "kind": "postgraduate", "unit": "Maths", "reason": "by document"}
    response = clerk.post(page_of("2026800", "change-person"), {**answers, "id_number": "110105200605040010"})
    assert said(response)[-1].startswith("The identity number's check digit")
    clerk.post(page_of("2026800", "change-person"), answers)
    page = text_of(clerk, page_of("2026801"))
    assert "by document" in page
    assert "person&#x27;s number: 2026800" in page
    clerk.post(page_of("2026801", "mark-left"), {"left_on": "2026-09-02", "reason": "graduated"})
    assert Person.objects.get(person_no="2026801").state == PersonState.LEFT
    clerk.post(page_of("2026801", "mark-present"), {"reason": "by mistake"})
    assert Person.objects.get(person_no="2026801").state == PersonState.PRESENT


def test_a_merge_is_proposed_and_approved(desk: World) -> None:
    cancel_card(desk.cast.clerk, CARD_NO["lin"])
    clerk, second = client_of("clerk"), client_of("clerk2")
    answers = {"into": "20261002", "because": "registered twice", "reason": "seen both documents"}
    assert said(clerk.post(page_of("20261001", "merge-people"), answers)) == ["Proposed; it waits for approval."]
    proposal = Proposal.objects.latest("pk")
    decision = {"digest": bytes(proposal.payload_digest).hex(), "note": ""}
    second.post(f"/access/proposal/{proposal.pk}/approve-proposal/", decision)
    page = text_of(clerk, page_of("20261001"))
    assert "Merged" in page
    assert page_of("20261002") in page
    assert "merge-people/" not in page
    assert broken_invariants() == {}


@pytest.mark.parametrize("address", ["/people/person/", "/people/rosterimport/", "/people/rostersource/", "/people/rosterline/"])
def test_in_chinese(site: World, address: str) -> None:
    page = text_of(client_of("clerk", language="zh-hans"), address)
    assert any(word in page for word in ("学工号", "覆盖类别", "全员名册"))
