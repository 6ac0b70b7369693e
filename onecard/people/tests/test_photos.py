"""Photos: standard size, no metadata, no bombs, matched by the number in the file's name."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from django.db import transaction
from PIL import Image

from onecard.access.types import Actor, NotPermitted
from onecard.audit.models import Event
from onecard.kernel.csv_lines import FileRefused
from onecard.kernel.secrets import CannotOpen
from onecard.people import photos
from onecard.people.actions.show_photo import show_photo
from onecard.people.actions.store_photo import store_photo
from onecard.people.actions.store_photos import store_photos
from onecard.people.models import Photo
from onecard.people.photos import ArchiveRefused, possible_numbers, standard_photo
from onecard.people.tests.rosters import CLERK
from onecard.people.types import ArchiveProblem, PhotoFile, PhotoOutcome
from tests.world import World


def picture(width: int = 800, height: int = 600, *, form: str = "JPEG", mode: str = "RGB", turned: int = 1) -> bytes:
    """A picture that says in its metadata who took it and how it was turned."""
    exif = Image.Exif()
    exif[0x013B] = "the photographer"
    exif[0x0112] = turned
    buffer = io.BytesIO()
    Image.new(mode, (width, height), "red").save(buffer, form, exif=exif)
    return buffer.getvalue()


def archive_of(files: dict[str, bytes]) -> io.BytesIO:
    """A zip archive, packed as small as it gets."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in files.items():
            book.writestr(name, content)
    return buffer


@pytest.mark.parametrize(
    ("content", "size"),
    [(picture(), (358, 441)), (picture(300, 900), (358, 441)), (picture(form="PNG", mode="RGBA"), (358, 441))],
)
def test_a_picture_becomes_one_of_the_standard_size_without_metadata(content: bytes, size: tuple[int, int]) -> None:
    photo = standard_photo(content)
    assert isinstance(photo, bytes)
    with Image.open(io.BytesIO(photo)) as made:
        assert (made.size, made.format, dict(made.getexif())) == (size, "JPEG", {})
    assert b"photographer" not in photo


def test_a_turned_picture_is_put_upright() -> None:
    wide = Image.new("RGB", (800, 600), "red")
    wide.paste("blue", (0, 0, 400, 600))
    exif, buffer = Image.Exif(), io.BytesIO()
    exif[0x0112] = 6
    wide.save(buffer, "JPEG", exif=exif)
    photo = standard_photo(buffer.getvalue())
    assert isinstance(photo, bytes)
    with Image.open(io.BytesIO(photo)) as made:
        top, bottom = made.getpixel((179, 20)), made.getpixel((179, 420))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert (top[2] > 200, bottom[0] > 200) == (True, True)


def bomb(width: int, height: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("1", (width, height)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "outcome"),
    [
        (b"", PhotoOutcome.REFUSED_NOT_A_PHOTO),
        (b"GIF89a" + bytes(100), PhotoOutcome.REFUSED_NOT_A_PHOTO),
        (picture()[:900], PhotoOutcome.REFUSED_NOT_A_PHOTO),
        (picture(100, 100), PhotoOutcome.REFUSED_TOO_SMALL),
        (bomb(8_000, 8_000), PhotoOutcome.REFUSED_TOO_BIG),
        (bomb(10_000, 10_000), PhotoOutcome.REFUSED_TOO_BIG),
        (bomb(20_000, 20_000), PhotoOutcome.REFUSED_TOO_BIG),
        (bytes(photos.MAX_PHOTO_BYTES + 1), PhotoOutcome.REFUSED_TOO_BIG),
    ],
)
def test_what_is_no_photo_is_refused(content: bytes, outcome: PhotoOutcome) -> None:
    assert standard_photo(content) is outcome


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("2026001.jpg", "2026001"),
        ("2026001_王伟.JPG", "2026001"),
        ("王伟-2026001.png", "2026001"),
        ("a/b-1.jpeg", "B-1"),
        ("王伟.jpg", None),
    ],
)
def test_the_number_is_found_in_the_name(name: str, number: str | None) -> None:
    assert (number in possible_numbers(name)) is (number is not None)


def test_a_batch_is_matched_stored_sealed_and_the_rest_reported(world: World, tmp_path: Path) -> None:
    archive = tmp_path / "photos.zip"
    with zipfile.ZipFile(archive, "w") as book:
        book.writestr("class/20261001_林.jpg", picture())
        book.writestr("20261002.png", picture(form="PNG"))
        book.writestr("nobody.jpg", picture())
        book.writestr("20261003.jpg", b"rubbish")
        book.writestr("readme.txt", b"not a picture")
    [batch] = photos.batches(photos.photos_in(archive), size=100)
    answers = dict(store_photos(CLERK, batch))
    assert answers == {
        "20261001_林.jpg": PhotoOutcome.DONE,
        "20261002.png": PhotoOutcome.DONE,
        "nobody.jpg": PhotoOutcome.REFUSED_UNMATCHED,
        "20261003.jpg": PhotoOutcome.REFUSED_NOT_A_PHOTO,
    }
    assert set(Photo.objects.values_list("pk", flat=True)) == {world.people["lin"], world.people["wang"]}
    assert not bytes(Photo.objects.get(pk=world.people["lin"]).content).startswith(b"\xff\xd8")
    store_photos(CLERK, batch)
    assert Photo.objects.count() == 2


def test_a_folder_is_read_too_and_too_many_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("1.jpg", "2.JPG", "3.txt"):
        (tmp_path / name).write_bytes(picture())
    assert [photo.name for photo in photos.photos_in(tmp_path)] == ["1.jpg", "2.JPG"]
    monkeypatch.setattr(photos, "MAX_PHOTOS", 1)
    with pytest.raises(FileRefused, match="at most 1 at once"):
        list(photos.photos_in(tmp_path))


@pytest.mark.parametrize(
    ("problem", "most", "most_bytes"),
    [(ArchiveProblem.EMPTY, 9, 10**9), (ArchiveProblem.TOO_MANY, 1, 10**9), (ArchiveProblem.TOO_BIG, 9, 10**7)],
)
def test_an_archive_is_bounded_before_it_is_unpacked(problem: ArchiveProblem, most: int, most_bytes: int) -> None:
    files = {"readme.txt": b"x"} if problem is ArchiveProblem.EMPTY else {"1.jpg": bytes(9_000_000), "2.jpg": bytes(9_000_000)}
    archive = archive_of(files)
    assert len(archive.getvalue()) < 50_000
    with pytest.raises(ArchiveRefused) as refused:
        next(photos.photos_of_archive(archive, name="a.zip", most=most, most_bytes=most_bytes))
    assert refused.value.problem is problem


def test_an_archive_that_lies_about_its_size_or_is_damaged_is_refused() -> None:
    honest = archive_of({"1.jpg": bytes(5_000_000)}).getvalue()
    lying = honest.replace((5_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    damaged = bytearray(honest)
    damaged[60:200] = b"\xff" * 140
    locked = bytearray(honest)
    for place in (6, honest.index(b"PK\x01\x02") + 8):
        locked[place] |= 1
    problems = []
    for content in (lying, bytes(damaged), bytes(locked)):
        with pytest.raises(ArchiveRefused) as refused:
            list(photos.photos_of_archive(io.BytesIO(content), name="a.zip"))
        problems.append(refused.value.problem)
    assert problems == [ArchiveProblem.NO_ARCHIVE, ArchiveProblem.NO_ARCHIVE, ArchiveProblem.LOCKED]


def test_a_broken_archive_is_refused(tmp_path: Path) -> None:
    for content in (b"no archive", b"PK\x03\x04 torn"):
        (tmp_path / "a.zip").write_bytes(content)
        with pytest.raises(FileRefused, match="pack the pictures again"):
            list(photos.photos_in(tmp_path / "a.zip"))
    with pytest.raises(FileRefused, match="is not there"):
        list(photos.photos_in(tmp_path / "none"))


def test_a_photo_is_shown_by_permission_with_an_event_and_only_its_own(world: World) -> None:
    lin, wang = world.people["lin"], world.people["wang"]
    assert show_photo(CLERK, lin).outcome is PhotoOutcome.REFUSED_NOTHING
    assert store_photo(CLERK, lin, file=PhotoFile("camera", picture())) is PhotoOutcome.DONE
    assert show_photo(CLERK, lin).content.startswith(b"\xff\xd8")
    assert (Event.objects.latest("pk").action, Event.objects.latest("pk").subject) == ("people.show_photo", str(lin))
    outsider = Actor(operator_id=None, name="outsider", permissions=frozenset(), request_id="test")
    with pytest.raises(NotPermitted), transaction.atomic():
        show_photo(outsider, lin)
    Photo.objects.create(person_id=wang, content=Photo.objects.get(pk=lin).content, taken_at=Photo.objects.get(pk=lin).taken_at)
    with pytest.raises(CannotOpen):
        show_photo(CLERK, wang)
