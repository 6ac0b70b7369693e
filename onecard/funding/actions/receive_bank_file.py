"""圈存对账: take in a bank's file, whole or not at all, and compare it line by line with what we booked (S5.4)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.funding.actions.compare_lines import compare, lines_of_ours_alone
from onecard.funding.bank_reading import read_bank_file
from onecard.funding.layouts import LAYOUTS, Layout
from onecard.funding.models import BankFile, BankLine
from onecard.funding.types import BankDay, BankFileRefused, BankFileState, BankOutcome, BankReceived
from onecard.kernel import clock
from onecard.kernel.secrets import key_ring
from onecard.ledger.actions.register_source import register_source
from onecard.ledger.types import SourceKind
from onecard.people.types import DeliveredFile

ROWS_A_STATEMENT = 1_000


@action("funding.receive_bank_file")
def receive_bank_file(actor: Actor, layout_name: str, *, file: DeliveredFile) -> BankReceived:
    """Keep the file with its lines and what was found about each; nothing is booked yet. KeyError for an unknown layout.

    The same file again, whoever brings it, is REPEATED with the first one's id. REFUSED_FILE says which line is wrong and why.
    """
    layout = LAYOUTS[layout_name]
    before = BankFile.objects.filter(digest=file.digest).exclude(state=BankFileState.DISCARDED).first()
    if before is not None:
        return BankReceived(BankOutcome.REPEATED, before.pk)
    try:
        read = read_bank_file(file.content, layout=layout, zone=clock.campus_zone(), today=clock.today())
    except BankFileRefused as refused:
        return BankReceived(BankOutcome.REFUSED_FILE, refusal=refused)
    kept, is_new = _keep(actor, file, layout=layout, read=read)
    if not is_new:
        return BankReceived(BankOutcome.REPEATED, kept.pk)
    lines = _lines(kept, read)
    compare(lines, source_id=kept.source_id)
    BankLine.objects.bulk_create(lines, batch_size=ROWS_A_STATEMENT)
    BankLine.objects.bulk_create(lines_of_ours_alone(kept), batch_size=ROWS_A_STATEMENT)
    return BankReceived(BankOutcome.DONE, kept.pk)


def file_place(digest: bytes) -> str:
    """Where a bank's file stands, sealed."""
    return f"funding_bankfile.content:{digest.hex()}"


def _keep(actor: Actor, file: DeliveredFile, *, layout: Layout, read: BankDay) -> tuple[BankFile, bool]:
    """The file's row, and whether it is new: two people who bring the same file at once get the same one."""
    content = {
        "layout": layout.name,
        "source_id": register_source(SourceKind.JOB, name=layout.bank),
        "day": read.day,
        "file_name": file.name,
        "content": key_ring().seal(file.content, place=file_place(file.digest)),
        "lines_total": len(read.lines),
        "total_fen": read.total_fen,
        "received_by": actor.name,
        "received_at": clock.now(),
    }
    live = BankFile.objects.exclude(state=BankFileState.DISCARDED)
    return live.get_or_create(digest=file.digest, defaults=content)


def _lines(kept: BankFile, read: BankDay) -> list[BankLine]:
    return [
        BankLine(
            file=kept,
            line=said.line,
            reference=said.reference,
            person_no=said.person_no,
            full_name=said.full_name,
            amount_fen=said.amount_fen,
            occurred_at=said.occurred_at,
        )
        for said in read.lines
    ]
