"""Seal the open day: Merkle root over its transfers, chained to the day before, signed (DESIGN §4.8)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from onecard.closing import figures, keys, seals
from onecard.closing.actions.install_seal_key import install_seal_key
from onecard.closing.day_tree import chunk_ranges, day_root, read_chunk
from onecard.closing.models import DayReport, Seal
from onecard.closing.reading import DayRange
from onecard.closing.types import SealText
from onecard.kernel import sql


def seal_day(open_day: DayRange, *, report: DayReport) -> Seal:
    """Write the day's seal over its transfers and its report.

    Not an action of its own: `close_day` holds the transaction and the day lock, so these are all the transfers there will be.
    """
    key = install_seal_key()
    text = seals.text_of(_said(open_day, report=report, public_key_id=seals.key_id(keys.public_bytes(key))))
    said = seals.read(text)
    return Seal.objects.create(
        business_date=said.business_date,
        transfers=said.transfers,
        sum_fen=said.sum_fen,
        first_id=said.first_id,
        last_id=said.last_id,
        root=said.root,
        previous_hash=said.previous_hash,
        hash=seals.hash_of(text),
        text=text,
        signature=seals.sign(text, key=key),
        key_id=said.public_key_id,
        report=report,
        sealed_at=report.made_at,
    )


def _said(open_day: DayRange, *, report: DayReport, public_key_id: str) -> SealText:
    totals: dict[str, Any] = report.figures
    return SealText(
        business_date=open_day.day,
        transfers=totals["transfers"],
        sum_fen=totals["sum_fen"],
        first_id=open_day.first_id,
        last_id=open_day.last_id,
        root=_root(open_day).hex(),
        previous_hash=_hash_before() or seals.NO_PREVIOUS,
        report_no=report.report_no,
        report_digest=figures.digest(report.figures),
        public_key_id=public_key_id,
        sealed_at=_utc(report.made_at),
    )


def _root(open_day: DayRange) -> bytes:
    connection = sql.raw_connection()
    ranges = chunk_ranges(open_day.first_id, open_day.last_id)
    return day_root(read_chunk(connection, first_id=first, last_id=last) for first, last in ranges)


def _hash_before() -> str | None:
    return Seal.objects.order_by("-business_date").values_list("hash", flat=True).first()


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
