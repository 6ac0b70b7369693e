"""Book what a bank's file names and we had not booked, hold what differs, and write the paper: all of it or nothing (S5.4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.funding.actions.compare_lines import compare
from onecard.funding.models import BankFile, BankLine
from onecard.funding.papers import issue_bank_paper
from onecard.funding.types import OWNER_POST, BankFileState, BankFinding, BankOutcome, LineState
from onecard.kernel import clock, sql
from onecard.ledger import queries as ledger
from onecard.ledger.actions.hold_records import hold_records
from onecard.ledger.actions.post_transfers import post_transfers
from onecard.ledger.models import HeldRecord
from onecard.ledger.types import Entry, PostingOutcome, Subject, TransferKind

UNKNOWN_PERSON = "UNKNOWN_PERSON"
REASONS = {BankFinding.DIFFERS: "AMOUNT_DIFFERS", BankFinding.UNKNOWN_AT_BANK: "UNKNOWN_AT_BANK"}
"""Why the ledger holds a line; one that is not booked is held when nobody has its person's number."""


@action("funding.book_bank_file")
def book_bank_file(actor: Actor, file_id: int) -> BankOutcome:
    """Book each free reference number to the person's cash purse, as the bank says; the money was taken, so no cap applies.

    One transaction: who is interrupted has booked nothing and calls it again. What was compared is compared anew, so a number
    that was booked meanwhile is EQUAL or DIFFERS and never booked twice. REPEATED when the file is booked already, refused
    when it was discarded. BankFile.DoesNotExist for an unknown one.
    """
    kept = BankFile.objects.select_for_update(no_key=True).defer("content").get(pk=file_id)
    if kept.state != BankFileState.COMPARED:
        return BankOutcome.REPEATED if kept.state == BankFileState.BOOKED else BankOutcome.REFUSED_STATE
    lines = list(kept.lines.order_by("line"))
    said = [line for line in lines if line.line is not None]
    _book(said, source_id=kept.source_id)
    _find_named_meanwhile([line for line in lines if line.line is None], kept=kept)
    _hold([line for line in lines if line.state == LineState.DUE], kept=kept)
    _keep(lines)
    kept.state, kept.decided_by, kept.decided_at = BankFileState.BOOKED, actor.name, clock.now()
    kept.save(update_fields=["state", "decided_by", "decided_at"])
    issue_bank_paper(actor, kept)
    return BankOutcome.DONE


def _book(lines: Sequence[BankLine], *, source_id: int) -> None:
    """Post what is free; a number that somebody took in this very moment is compared once more."""
    purses = compare(lines, source_id=source_id)
    free = [line for line in lines if line.finding == BankFinding.NOT_BOOKED and line.person_id is not None]
    bank = ledger.shared_account(Subject.BANK_CLEARING)
    outcomes = post_transfers([_entry(line, source_id=source_id, bank=bank, purse=purses[line.person_id or 0]) for line in free])
    taken = []
    for line, outcome in zip(free, outcomes, strict=True):
        if outcome is PostingOutcome.POSTED:
            line.state, line.booked_fen = LineState.BOOKED, line.amount_fen
        else:
            taken.append(line)
    if taken:
        compare(taken, source_id=source_id)


def _entry(line: BankLine, *, source_id: int, bank: int, purse: int) -> Entry:
    return Entry(source_id, line.reference, TransferKind.BANK_TRANSFER, bank, purse, line.amount_fen or 0, line.occurred_at)


def _find_named_meanwhile(alone: Sequence[BankLine], *, kept: BankFile) -> None:
    """What was ours alone and stands in a file of the bank by now is that file's matter."""
    named = BankLine.objects.filter(file__source_id=kept.source_id, line__isnull=False)
    live = named.exclude(file__state=BankFileState.DISCARDED).filter(reference__in=[line.reference for line in alone])
    by_now = set(live.values_list("reference", flat=True))
    for line in alone:
        if line.reference in by_now:
            line.finding, line.state = BankFinding.WAITING, LineState.NOTHING_DUE


def _hold(lines: Sequence[BankLine], *, kept: BankFile) -> None:
    """Hold what is still due, with its reason; what was settled before is not held anew, and the line leads to that."""
    raws = {line.reference: _raw(line, kept=kept) for line in lines}
    for reason in (*REASONS.values(), UNKNOWN_PERSON):
        records = [(kept.source_id, line.reference, raws[line.reference]) for line in lines if _reason(line) == reason]
        hold_records(records, reason=reason, owner_post=OWNER_POST, received_at=clock.now())
    rows = HeldRecord.objects.filter(source_id=kept.source_id, source_seq__in=list(raws)).order_by("pk")
    held = {row.source_seq: row.pk for row in rows if row.raw == raws[row.source_seq]}
    for line in lines:
        line.state, line.held_id = LineState.HELD, held[line.reference]


def _keep(lines: Sequence[BankLine]) -> None:
    arguments = {
        "ids": [line.pk for line in lines],
        "people": [line.person_id for line in lines],
        "booked": [line.booked_fen for line in lines],
        "findings": [str(line.finding) for line in lines],
        "states": [str(line.state) for line in lines],
        "held": [line.held_id for line in lines],
    }
    sql.call(sql.text_of("funding", "queries/keep_lines"), arguments)


def _reason(line: BankLine) -> str:
    return REASONS.get(BankFinding(line.finding), UNKNOWN_PERSON)


def _raw(line: BankLine, *, kept: BankFile) -> dict[str, Any]:
    """The line as it came, without the file's number: the same line in another file is the same record."""
    amount = {"amount_fen": line.amount_fen} if line.line is not None else {"booked_fen": line.booked_fen}
    return {
        "kind": TransferKind.BANK_TRANSFER.name,
        "bank": kept.source.name,
        "reference": line.reference,
        "person_no": line.person_no,
        "full_name": line.full_name,
        **amount,
        "occurred_at": line.occurred_at.isoformat(),
    }
