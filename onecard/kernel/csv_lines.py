"""CSV files. Read a delivered one line by line: any of the encodings that come in practice, bounded, each line with its number.

One physical line is one record (quoted fields may hold commas, not line ends), so a torn line never swallows the next one.
Nothing is kept: memory does not grow with the file.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

MAX_FILE_BYTES = 512 * 1024 * 1024
MAX_LINE_BYTES = 8_192
MAX_LINES = 2_000_000
MOST_HEADINGS = 200
"""How much of a file's headings a message repeats."""
_BOM = b"\xef\xbb\xbf"
_VOTERS = 1_000


class FileRefused(RuntimeError):
    """The whole file cannot be read: missing, empty, too big, … The message says what to do, in the language of the page."""


@dataclasses.dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be used: file, number from 1, what is wrong and what to do about it.

    `what` is English, so that it can be kept; a page hands it to gettext.
    """

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.what}"


@dataclasses.dataclass(frozen=True, slots=True)
class CsvLine:
    """One line: its number in the file, its fields, and whether the file ended before the line did."""

    line: int
    fields: tuple[str, ...]
    is_torn: bool = False


def csv_of(headings: Sequence[object], rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file in UTF-8 with a mark, which spreadsheets need to read Chinese; lines end as RFC 4180 says."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([headings, *rows])
    return text.getvalue().encode("utf-8-sig")


def read_lines(path: Path) -> Iterator[CsvLine | BadLine]:
    """The file's lines, the header first, empty ones left out; what cannot be decoded or split comes as a BadLine.

    Raises FileRefused for a missing, empty or oversized file, and when there are more than MAX_LINES lines.
    """
    if not path.is_file():
        raise FileRefused(_("%(file)s is not there; give the path of the file") % {"file": path})
    size = path.stat().st_size
    if not 0 < size <= MAX_FILE_BYTES:
        raise wrong_size(path.name, size=size, most=MAX_FILE_BYTES)
    with path.open("rb") as file:
        yield from lines_of(file, name=path.name)


def wrong_size(name: str, *, size: int, most: int) -> FileRefused:
    """The refusal of a file that is empty or too big; bytes."""
    words = _("%(file)s has %(size)s bytes; between 1 and %(most)s can be read")
    return FileRefused(words % {"file": name, "size": f"{size:,}", "most": f"{most:,}"})


def too_many_lines(name: str, *, most: int) -> FileRefused:
    """The refusal of a file with more lines than are taken at once."""
    return FileRefused(_("%(file)s has more than %(most)s lines: split it") % {"file": name, "most": f"{most:,}"})


def lines_of(file: BinaryIO, *, name: str) -> Iterator[CsvLine | BadLine]:
    """The same of an open file, from its beginning; it must be seekable."""
    encoding = _encoding_of(file)
    for number, raw in _raw_lines(file):
        if number > MAX_LINES:
            raise too_many_lines(name, most=MAX_LINES)
        if raw.strip(b"\r\n\t ,;"):
            yield _split(raw, number=number, name=name, encoding=encoding)


def count_lines(path: Path) -> int:
    """How many lines the file has, for progress bars; 0 when it is not there. Reads in pieces."""
    if not path.is_file():
        return 0
    with path.open("rb") as file:
        return sum(piece.count(b"\n") for piece in iter(lambda: file.read(1 << 20), b""))


def _raw_lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Line number and content; of an overlong line one byte more than allowed, the rest is skipped."""
    file.seek(0)
    number = 0
    while raw := file.readline(MAX_LINE_BYTES + 1):
        number += 1
        if number == 1:
            raw = raw.removeprefix(_BOM)
        rest = raw
        while not rest.endswith(b"\n") and len(rest) > MAX_LINE_BYTES:
            rest = file.readline(MAX_LINE_BYTES + 1)
        yield number, raw


def _split(raw: bytes, *, number: int, name: str, encoding: str) -> CsvLine | BadLine:
    if len(raw) > MAX_LINE_BYTES:
        return BadLine(name, number, gettext_noop("longer than 8,192 bytes; a quote or a line end is probably missing"))
    if b"\x00" in raw:
        return BadLine(name, number, gettext_noop("holds a zero byte: the file was damaged or is not text; fetch it again"))
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        return BadLine(name, number, gettext_noop("is not in the encoding of the other lines: save the file as UTF-8"))
    try:
        fields = next(csv.reader([text.rstrip("\r\n")], strict=True))
    except csv.Error:
        return BadLine(name, number, gettext_noop("is not CSV: look at the quotes"))
    return CsvLine(number, tuple(fields), is_torn=not raw.endswith(b"\n"))


def _encoding_of(file: BinaryIO) -> str:
    """utf-8 unless most of the lines that go beyond ASCII are not valid UTF-8 but are GBK."""
    file.seek(0)
    if file.read(3) == _BOM:
        return "utf-8"
    beyond_ascii = (raw for _, raw in _raw_lines(file) if not raw.isascii())
    votes = 0
    for raw in itertools.islice(beyond_ascii, _VOTERS):
        votes += 1 if _is_valid(raw, "utf-8") else -1 if _is_valid(raw, "gbk") else 0
    return "gbk" if votes < 0 else "utf-8"


def _is_valid(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def columns_of(header: CsvLine | BadLine | None, *, names: Mapping[str, tuple[str, ...]], file: str) -> dict[str, int]:
    """The position of each wanted column, found by any of its names; FileRefused names those that are missing or doubled."""
    if not isinstance(header, CsvLine):
        raise FileRefused(_("%(file)s: the first line must name the columns") % {"file": file})
    plain = [field.strip().lower() for field in header.fields]
    found: dict[str, int] = {}
    for column, spellings in names.items():
        places = [at for at, field in enumerate(plain) if field in spellings]
        if len(places) > 1:
            words = _("%(file)s: column %(column)s is there %(count)d times; keep one")
            raise FileRefused(words % {"file": file, "column": column, "count": len(places)})
        if places:
            found[column] = places[0]
    if missing := [column for column in names if column not in found]:
        raise missing_columns(file, missing, there=header.fields)
    return found


def missing_columns(file: str, missing: Iterable[object], *, there: Iterable[str]) -> FileRefused:
    """The refusal of a file without these columns, which says what columns it has."""
    words = _("%(file)s: column %(missing)s is missing; there are: %(there)s")
    named = ", ".join(str(column) for column in missing)
    return FileRefused(words % {"file": file, "missing": named, "there": ", ".join(there)[:MOST_HEADINGS]})
