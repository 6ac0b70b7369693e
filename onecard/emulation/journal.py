"""The terminal's journal on disk: appended, checked line by line, cut where a power failure tore it."""

from __future__ import annotations

import dataclasses
import enum
import json
import os
import zlib
from pathlib import Path
from typing import Any, BinaryIO

from onecard.terminals.rules import microseconds, moment_of
from onecard.terminals.types import TerminalRecord


class Standing(enum.Enum):
    """Where a record stands, as its terminal knows it."""

    ASKED = "asked online, no answer yet"
    PAID = "approved online"
    DECLINED = "declined online"
    REVERSING = "given up: its reversal is to be sent"
    REVERSED = "reversed, or never booked"
    SOLD = "sold offline, not yet collected"
    COLLECTED = "safe with the centre"

    @property
    def took_money(self) -> bool:
        """Whether the customer paid."""
        return self in (Standing.PAID, Standing.SOLD, Standing.COLLECTED)


@dataclasses.dataclass(slots=True)
class Line:
    """A record and where it stands; `outcome` is what the centre said last."""

    record: TerminalRecord
    standing: Standing
    outcome: str = ""

    @property
    def is_unsent(self) -> bool:
        """Whether the centre still has to hear of it."""
        return self.standing in (Standing.ASKED, Standing.REVERSING, Standing.SOLD)


class Journal:
    """Records of one terminal in a file. Opening it reads it to its last whole line and cuts off what follows.

    Each line is `CRC32 JSON\\n`; a record's later standings are lines of their own. `batch_no` is kept by the terminal beside its
    keys: a journal that was wiped begins with the next one, and so does a damaged one (`is_damaged`: a line that cannot be read
    stands before one that can, so a number may have been given that nobody can see any more).
    """

    def __init__(self, path: Path, *, is_durable: bool = True) -> None:
        self.path = path
        self.lines: dict[tuple[int, int], Line] = {}
        self.torn_bytes = 0
        self.is_damaged = False
        self._unsent: dict[tuple[int, int], Line] = {}
        self._last_seq: dict[int, int] = {}
        self._is_durable = is_durable
        self._file: BinaryIO = self._open()

    def _open(self) -> BinaryIO:
        self.path.touch()
        self.is_damaged = False
        end = bad = 0
        with self.path.open("rb") as file:
            for text in file:
                entry = _entry(text)
                if entry is None:
                    bad += len(text)
                    continue
                self._take(entry)
                end += bad + len(text)
                self.is_damaged |= bad > 0
                bad = 0
        self.torn_bytes = bad
        os.truncate(self.path, end)
        return self.path.open("ab")

    def _take(self, entry: dict[str, Any]) -> None:
        number = entry["batch_no"], entry["seq"]
        standing = Standing[entry["standing"]]
        if "card_no" in entry:
            self._last_seq[number[0]] = max(self._last_seq.get(number[0], 0), number[1])
            self._stand(Line(record_of(entry), standing))
        elif number in self.lines:  # the record's own line may be the one that cannot be read
            line = self.lines[number]
            line.standing, line.outcome = standing, entry["outcome"]
            self._stand(line)

    def _stand(self, line: Line) -> None:
        number = line.record.batch_no, line.record.seq
        self.lines[number] = line
        if line.is_unsent:
            self._unsent[number] = line
        else:
            self._unsent.pop(number, None)

    def last_seq(self, batch_no: int) -> int:
        """The last number given in the batch, 0 for none."""
        return self._last_seq.get(batch_no, 0)

    def add(self, record: TerminalRecord, standing: Standing) -> Line:
        """Write a new record down, on the disk when this returns; ValueError unless its number is the next one."""
        if record.seq != self.last_seq(record.batch_no) + 1:
            raise ValueError(f"{record.batch_no}/{record.seq} is not the next number after {self.last_seq(record.batch_no)}")
        self._append({**plain(record), "standing": standing.name})
        self._last_seq[record.batch_no] = record.seq
        line = Line(record, standing)
        self._stand(line)
        return line

    def mark(self, line: Line, standing: Standing, *, outcome: str = "") -> None:
        """Write down where the record stands now. A record that was lost meanwhile with its journal stays lost."""
        here = self.lines.get((line.record.batch_no, line.record.seq))
        if here is None:
            return
        number = {"batch_no": line.record.batch_no, "seq": line.record.seq}
        self._append({**number, "standing": standing.name, "outcome": outcome})
        for one in (line, here):  # not the same when the journal was opened again while an answer was on its way
            one.standing, one.outcome = standing, outcome
        self._stand(here)

    def sign_anew(self, line: Line, mac: bytes) -> Line:
        """Write down that the record is signed with another key from now on; its number and content stay. The new line."""
        line = Line(dataclasses.replace(line.record, mac=mac), line.standing, line.outcome)
        self._append({**plain(line.record), "standing": line.standing.name})
        self._stand(line)
        return line

    def _append(self, entry: dict[str, Any]) -> None:
        self._file.write(_text(entry))
        self._file.flush()
        if self._is_durable:
            os.fsync(self._file.fileno())

    def unsent(self) -> list[Line]:
        """What the centre still has to hear of, oldest first."""
        return list(self._unsent.values())

    def restore(self) -> None:
        """Write a damaged journal anew without what cannot be read; the damaged file stays beside it."""
        draft = self.path.with_suffix(".draft")
        with draft.open("wb") as file:
            for line in self.lines.values():
                number = {"batch_no": line.record.batch_no, "seq": line.record.seq}
                file.write(_text({**plain(line.record), "standing": line.standing.name}))
                file.write(_text({**number, "standing": line.standing.name, "outcome": line.outcome}))
            file.flush()
            os.fsync(file.fileno())
        aside = self.path.with_suffix(".damaged")
        aside.unlink(missing_ok=True)
        aside.hardlink_to(self.path)
        draft.replace(self.path)
        self.reopen()

    def tear(self) -> None:
        """A power failure in the middle of writing: half a line stays behind, nothing of it was sent. Then open it again."""
        self._file.write(_text({"batch_no": 1, "seq": 1, "standing": "ASKED"})[:17])
        self.reopen()

    def reopen(self) -> None:
        """As after a restart: forget everything and read the file."""
        self._file.close()
        self.lines.clear()
        self._unsent.clear()
        self._last_seq.clear()
        self._file = self._open()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _text(entry: dict[str, Any]) -> bytes:
    content = json.dumps(entry, separators=(",", ":")).encode()
    return b"%08x %s\n" % (zlib.crc32(content), content)


def _entry(text: bytes) -> dict[str, Any] | None:
    """What a line says; None when it is not whole."""
    checksum, _, content = text.partition(b" ")
    if not text.endswith(b"\n") or checksum != b"%08x" % zlib.crc32(content[:-1]):
        return None
    entry: dict[str, Any] = json.loads(content)
    return entry


def plain(record: TerminalRecord) -> dict[str, Any]:
    """The record as the protocol writes it; what is absent is left out."""
    numbers: dict[str, Any] = {
        "batch_no": record.batch_no,
        "seq": record.seq,
        "card_no": record.card_no,
        "amount_fen": record.amount_fen,
        "occurred_at_us": microseconds(record.occurred_at),
        "mac": record.mac.hex(),
    }
    return numbers if record.blacklist_version is None else {**numbers, "blacklist_version": record.blacklist_version}


def record_of(entry: dict[str, Any]) -> TerminalRecord:
    """The record that `plain` wrote; whose it is, only the terminal knows (0)."""
    return TerminalRecord(
        0,
        entry["batch_no"],
        entry["seq"],
        entry["card_no"],
        entry["amount_fen"],
        moment_of(entry["occurred_at_us"]),
        entry.get("blacklist_version"),
        mac=bytes.fromhex(entry["mac"]),
    )
