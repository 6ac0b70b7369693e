"""Photos (照片): any picture that comes is made into one of a standard size, or refused. Pure: bytes in, bytes out."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from onecard.kernel.csv_lines import FileRefused
from onecard.people.types import ArchiveProblem, PhotoFile, PhotoOutcome

SIZE = (358, 441)
"""Width and height in pixels, as identity documents have it."""
LEAST = (179, 220)
"""Smaller pictures are refused: they cannot be printed on a card."""
MAX_PHOTO_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_PHOTOS = 20_000
MAX_UNPACKED_BYTES = 40 * 1024 * 1024 * 1024
"""What an archive may unpack to, by what it says of itself; no more of a picture is ever unpacked than it says."""
FACE_HEIGHT = 0.35
"""Where a picture that is too tall is cut: faces stand above the middle."""
ENDINGS = {".jpg", ".jpeg", ".png"}
_ENCRYPTED = 0x1
_TOKEN = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*")


class ArchiveRefused(FileRefused):
    """The archive as a whole cannot be taken, and why."""

    def __init__(self, problem: ArchiveProblem, message: str) -> None:
        super().__init__(message)
        self.problem = problem


def standard_photo(content: bytes) -> bytes | PhotoOutcome:
    """The picture upright, cropped to the standard size, as JPEG without anything else that the file held (place, camera, …)."""
    if len(content) > MAX_PHOTO_BYTES:
        return PhotoOutcome.REFUSED_TOO_BIG
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return PhotoOutcome.REFUSED_TOO_BIG
            upright = ImageOps.exif_transpose(picture)
            if upright.width < LEAST[0] or upright.height < LEAST[1]:
                return PhotoOutcome.REFUSED_TOO_SMALL
            return _jpeg(ImageOps.fit(_opaque(upright), SIZE, Image.Resampling.LANCZOS, centering=(0.5, FACE_HEIGHT)))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return PhotoOutcome.REFUSED_TOO_BIG
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return PhotoOutcome.REFUSED_NOT_A_PHOTO


def _opaque(picture: Image.Image) -> Image.Image:
    if picture.has_transparency_data:
        seen = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen)
    return picture.convert("RGB")


def _jpeg(picture: Image.Image) -> bytes:
    # A new picture carries none of the old one's metadata.
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    buffer = io.BytesIO()
    clean.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


def possible_numbers(file_name: str) -> list[str]:
    """The person's numbers that a file's name may hold, the likeliest first: 2026001.jpg, 2026001_王伟.jpg, 王伟-2026001.png."""
    stem = Path(file_name).stem.strip().upper()
    tokens = sorted(_TOKEN.findall(stem), key=len, reverse=True)
    parts = [part for token in tokens for part in re.split(r"[._-]", token) if part]
    return list(dict.fromkeys([stem, *tokens, *parts]))


def photos_in(path: Path) -> Iterator[PhotoFile]:
    """The pictures of a folder or a zip archive, one by one; FileRefused when there are too many or it cannot be read."""
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.is_file() and file.suffix.lower() in ENDINGS)
        _refuse_many(len(files), most=MAX_PHOTOS, name=path.name)
        for file in files:
            with file.open("rb") as opened:
                yield PhotoFile(file.name, opened.read(MAX_PHOTO_BYTES + 1))
    elif path.is_file():
        with path.open("rb") as archive:
            yield from photos_of_archive(archive, name=path.name)
    else:
        raise FileRefused(f"{path} is not there; give a folder or a zip archive with pictures")


def photos_of_archive(
    archive: io.BufferedIOBase, *, name: str, most: int | None = None, most_bytes: int = MAX_UNPACKED_BYTES
) -> Iterator[PhotoFile]:
    """The pictures of a zip archive; of each no more is unpacked than a picture may have. ArchiveRefused says what is wrong."""
    try:
        with zipfile.ZipFile(archive) as book:
            parts = [part for part in book.infolist() if not part.is_dir() and Path(part.filename).suffix.lower() in ENDINGS]
            _refuse(parts, name=name, most=MAX_PHOTOS if most is None else most, most_bytes=most_bytes)
            for part in parts:
                with book.open(part) as opened:
                    yield PhotoFile(_name_of(part), opened.read(MAX_PHOTO_BYTES + 1))
    except (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error, OSError, ValueError) as problem:
        raise ArchiveRefused(
            ArchiveProblem.NO_ARCHIVE, f"{name} is not a zip archive, or damaged: pack the pictures again"
        ) from problem


def _name_of(part: zipfile.ZipInfo) -> str:
    """Archives packed on a Chinese Windows name files in GBK without saying so."""
    name = part.filename
    if not part.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("gbk")
        except UnicodeError:
            name = part.filename
    return name.rpartition("/")[2][-120:]


def _refuse(parts: Sequence[zipfile.ZipInfo], *, name: str, most: int, most_bytes: int) -> None:
    """Look at what the archive says of itself before anything of it is unpacked."""
    _refuse_many(len(parts), most=most, name=name)
    if not parts:
        raise ArchiveRefused(ArchiveProblem.EMPTY, f"{name} holds no JPEG or PNG picture")
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise ArchiveRefused(ArchiveProblem.LOCKED, f"{name} is locked by a password: pack the pictures without one")
    if sum(part.file_size for part in parts) > most_bytes:
        raise ArchiveRefused(ArchiveProblem.TOO_BIG, f"{name} unpacks to more than {most_bytes:,} bytes: split it")


def _refuse_many(count: int, *, most: int, name: str) -> None:
    if count > most:
        raise ArchiveRefused(ArchiveProblem.TOO_MANY, f"{name} has {count:,} pictures; at most {most:,} at once: split it")


def batches(photos: Iterable[PhotoFile], *, size: int) -> Iterator[list[PhotoFile]]:
    """The pictures in lists of this size, so that a few are in memory at a time."""
    batch: list[PhotoFile] = []
    for photo in photos:
        batch.append(photo)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
