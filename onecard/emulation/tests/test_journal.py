"""The journal on disk: torn at every byte, damaged in its middle, restored; held to a plain dictionary by hypothesis."""

from __future__ import annotations

import dataclasses
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from onecard.emulation.journal import Journal, Standing
from onecard.terminals.rules import record_mac
from onecard.terminals.types import TerminalRecord

KEY = bytes(32)
NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)
EXAMPLES = int(os.environ.get("ONECARD_EXAMPLES", "40"))
Known = dict[tuple[int, int], tuple[TerminalRecord, Standing]]


def record(seq: int, *, batch_no: int = 1, amount_fen: int = 500, blacklist_version: int | None = None) -> TerminalRecord:
    plain = TerminalRecord(0, batch_no, seq, 1001, amount_fen, NOON, blacklist_version)
    return dataclasses.replace(plain, mac=record_mac(plain, key=KEY))


def known(journal: Journal) -> Known:
    return {number: (line.record, line.standing) for number, line in journal.lines.items()}


def written(path: Path) -> list[tuple[int, Known]]:
    """A journal with every kind of line, and what is known after each of its lengths in bytes."""
    journal = Journal(path)
    after = [(0, known(journal))]
    for seq, standing, later in (
        (1, Standing.ASKED, Standing.PAID),
        (2, Standing.ASKED, Standing.REVERSING),
        (3, Standing.SOLD, Standing.COLLECTED),
        (4, Standing.SOLD, None),
    ):
        line = journal.add(record(seq, blacklist_version=7 if standing is Standing.SOLD else None), standing)
        after.append((path.stat().st_size, known(journal)))
        if later is not None:
            journal.mark(line, later, outcome="X")
            after.append((path.stat().st_size, known(journal)))
    journal.close()
    return after


def test_torn_at_every_byte(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    after = written(path)
    content = path.read_bytes()
    for length in range(len(content) + 1):
        path.write_bytes(content[:length])
        whole, expected = max((one for one in after if one[0] <= length), key=lambda one: one[0])
        journal = Journal(path, is_durable=False)
        assert (known(journal), journal.torn_bytes, journal.is_damaged) == (expected, length - whole, False), length
        line = journal.add(record(journal.last_seq(1) + 1), Standing.SOLD)
        assert line in journal.unsent()
        journal.close()
        again = Journal(path, is_durable=False)
        assert known(again) == {**expected, (1, line.record.seq): (line.record, Standing.SOLD)}
        again.close()


def test_any_byte_that_changes_is_seen(tmp_path: Path) -> None:
    """No changed byte is believed. One before the last line is damage: numbers may have been given that nobody sees now."""
    path = tmp_path / "journal"
    after = written(path)
    content = path.read_bytes()
    last_line = after[-2][0]
    for at in range(len(content)):
        path.write_bytes(content[:at] + bytes([content[at] ^ 0x15]) + content[at + 1 :])
        journal = Journal(path, is_durable=False)
        # The line feed before the last line makes one line of two, and that one looks torn.
        assert journal.is_damaged == (at < last_line - 1), at
        assert set(known(journal)) <= set(after[-1][1])
        assert all(journal.lines[number].record == after[-1][1][number][0] for number in journal.lines)
        journal.close()


def test_a_damaged_journal_is_restored(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    after = written(path)
    content = path.read_bytes()
    path.write_bytes(content[:30] + b"\xff" + content[31:])
    journal = Journal(path)
    assert journal.is_damaged
    found = known(journal)
    assert set(found) == {(1, 2), (1, 3), (1, 4)}
    journal.restore()
    assert (known(journal), journal.is_damaged) == (found, False)
    assert [line.record.seq for line in journal.unsent()] == [2, 4]
    assert path.with_suffix(".damaged").read_bytes() == content[:30] + b"\xff" + content[31:]
    assert len(after) == 8
    journal.close()


def test_numbers_have_no_holes(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    for seq in (0, 2):
        with pytest.raises(ValueError, match="not the next number"):
            journal.add(record(seq), Standing.SOLD)
    journal.add(record(1), Standing.SOLD)
    with pytest.raises(ValueError, match="not the next number"):
        journal.add(record(1), Standing.SOLD)
    journal.add(record(1, batch_no=2), Standing.SOLD)
    assert (journal.last_seq(1), journal.last_seq(2), journal.last_seq(3)) == (1, 1, 0)
    journal.close()


def test_an_answer_to_a_journal_that_is_gone_leaves_no_trace(tmp_path: Path) -> None:
    """The journal was wiped while a collection was on its way; the answer must not be written into the next one."""
    old = Journal(tmp_path / "old")
    line = old.add(record(1), Standing.SOLD)
    old.close()
    journal = Journal(tmp_path / "journal")
    journal.mark(line, Standing.COLLECTED, outcome="BOOKED")
    assert journal.path.read_bytes() == b""
    journal.close()


def test_an_answer_after_the_journal_was_opened_again_counts(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    line = journal.add(record(1), Standing.SOLD)
    journal.tear()
    assert journal.torn_bytes == 17
    journal.mark(line, Standing.COLLECTED, outcome="BOOKED")
    assert journal.unsent() == []
    assert journal.lines[1, 1].outcome == "BOOKED"
    journal.close()


class Power(RuleBasedStateMachine):
    """A terminal whose power fails at any moment: what was written is there, what was being written is not."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "journal"
        self.journal = Journal(self.path, is_durable=False)
        self.model: Known = {}
        self.batch_no = 1

    @rule(amount_fen=st.integers(1, 2**63 - 1), standing=st.sampled_from(Standing), version=st.none() | st.integers(0, 9))
    def write(self, amount_fen: int, standing: Standing, version: int | None) -> None:
        seq = 1 + sum(batch_no == self.batch_no for batch_no, _ in self.model)
        one = record(seq, batch_no=self.batch_no, amount_fen=amount_fen, blacklist_version=version)
        self.journal.add(one, standing)
        self.model[self.batch_no, seq] = one, standing

    @precondition(lambda self: self.model)
    @rule(choice=st.randoms(use_true_random=False), standing=st.sampled_from(Standing))
    def mark(self, choice: object, standing: Standing) -> None:
        number = choice.choice(sorted(self.model))  # type: ignore[attr-defined]
        self.journal.mark(self.journal.lines[number], standing, outcome="X")
        self.model[number] = self.model[number][0], standing

    @rule()
    def next_batch(self) -> None:
        self.batch_no += 1

    @rule(size=st.integers(1, 60))
    def power_fails(self, size: int) -> None:
        """In the middle of a line that was being written."""
        self.journal.close()
        with self.path.open("ab") as file:
            file.write(b'0badc0de {"batch_no":1,"seq":1,"card_no":1001,"amount_fen":500,"st'[:size])
        self.journal = Journal(self.path, is_durable=False)
        assert self.journal.torn_bytes == size

    @rule()
    def restart(self) -> None:
        self.journal.reopen()

    @invariant()
    def nothing_is_lost(self) -> None:
        assert known(self.journal) == self.model
        unsent = [number for number, (_, standing) in self.model.items() if standing in UNSENT]
        assert sorted((line.record.batch_no, line.record.seq) for line in self.journal.unsent()) == sorted(unsent)

    def teardown(self) -> None:
        self.journal.close()
        self.folder.cleanup()


UNSENT = {Standing.ASKED, Standing.REVERSING, Standing.SOLD}
TestPower = Power.TestCase
TestPower.settings = settings(max_examples=EXAMPLES, stateful_step_count=30, deadline=None, database=None)
