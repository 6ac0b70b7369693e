"""Verify sealed days: what a seal says by itself, the transfers it covers, and the ledger around them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import islice

import psycopg.conninfo

from onecard.closing import figures, seals
from onecard.closing.day_tree import Chunk, chunk_ranges, day_root, read_chunk
from onecard.closing.models import DayReport, Seal
from onecard.closing.parallel import read_chunks
from onecard.closing.reading import rows
from onecard.closing.types import Fault, Finding, Verification
from onecard.kernel import sql

Progress = Callable[[int, int], None]
"""Called with (transfers read so far, transfers to read)."""
WORTH_PROCESSES = 300_000
"""Fewer transfers than this are read before other processes would have started."""
ROWS_NAMED = 20


def verify_days(day: date | None, *, progress: Progress | None, processes: int | None, balances: bool) -> Verification:
    """See `queries.verify`."""
    started = time.monotonic()
    sealed = list(Seal.objects.select_related("key").order_by("business_date"))
    chosen = [seal for seal in sealed if day is None or seal.business_date == day]
    findings = [*_without_seal(day), *_seals(sealed, day=day), *_roots(chosen, progress=progress, processes=processes)]
    if day is None:
        findings += _strays()
        findings += _balances() if balances else []
    return Verification(
        days=len(chosen),
        transfers=sum(seal.transfers for seal in chosen),
        findings=tuple(findings),
        seconds=time.monotonic() - started,
    )


def _without_seal(day: date | None) -> list[Finding]:
    offenders = sql.call(sql.text_of("closing", "invariants/closed_days_are_sealed"))
    return [Finding(Fault.DAY, found) for found, _, _ in offenders if day in (None, found)]


def _seals(sealed: Sequence[Seal], *, day: date | None) -> Iterator[Finding]:
    reports = _report_digests(day)
    previous_hash = seals.NO_PREVIOUS
    for seal in sealed:
        if day in (None, seal.business_date):
            digest = reports.get(seal.report_id, "")
            faults = _faults(seal, previous_hash=previous_hash, report_digest=digest)
            yield from (Finding(fault, seal.business_date) for fault in faults)
        previous_hash = seal.hash


def _report_digests(day: date | None) -> dict[str, str]:
    """The digests of the reports' figures by number; the figures themselves pass by one at a time."""
    reports = DayReport.objects.all() if day is None else DayReport.objects.filter(business_date=day)
    kept = reports.values_list("report_no", "figures").iterator(chunk_size=50)
    return {report_no: figures.digest(content) for report_no, content in kept}


def _faults(seal: Seal, *, previous_hash: str, report_digest: str) -> list[Fault]:
    """What is wrong with a seal by itself and with the report and the seal before it."""
    public_key = bytes(seal.key.public_key)
    wrong = {
        Fault.TEXT: not _says_its_columns(seal),
        Fault.HASH: seals.hash_of(seal.text) != seal.hash,
        Fault.KEY: seals.key_id(public_key) != seal.key_id,
        Fault.SIGNATURE: not seals.is_signed(seal.text, signature=bytes(seal.signature), public_key=public_key),
        Fault.CHAIN: seal.previous_hash != previous_hash,
        Fault.REPORT: f"report_digest: {report_digest}\n" not in seal.text,
    }
    return [fault for fault, found in wrong.items() if found]


def _says_its_columns(seal: Seal) -> bool:
    try:
        said = seals.read(seal.text)
    except ValueError:
        return False
    repeated = ("business_date", "transfers", "sum_fen", "first_id", "last_id", "root", "previous_hash")
    return all(getattr(said, name) == getattr(seal, name) for name in repeated) and (
        said.report_no,
        said.public_key_id,
    ) == (seal.report_id, seal.key_id)


def _roots(sealed: Sequence[Seal], *, progress: Progress | None, processes: int | None) -> Iterator[Finding]:
    """Read every transfer again and compare with what the days' seals say."""
    ranges = [list(chunk_ranges(seal.first_id, seal.last_id)) for seal in sealed]
    total = sum(seal.transfers for seal in sealed)
    chunks = _counted(
        _chunks([one for day in ranges for one in day], total=total, processes=processes), total=total, progress=progress
    )
    for seal, of_day in zip(sealed, ranges, strict=True):
        found = list(islice(chunks, len(of_day)))
        count = sum(chunk.count for chunk in found)
        if count != seal.transfers:
            yield Finding(Fault.COUNT, seal.business_date, f"{count} instead of {seal.transfers}")
        elif day_root(found).hex() != seal.root:
            yield Finding(Fault.ROOT, seal.business_date)


def _chunks(ranges: Sequence[tuple[int, int]], *, total: int, processes: int | None) -> Iterator[Chunk]:
    connection = sql.raw_connection()
    wanted = min(os.cpu_count() or 1, len(ranges)) if processes is None else processes
    if wanted < 2 or (processes is None and total < WORTH_PROCESSES):
        yield from (read_chunk(connection, first_id=first, last_id=last) for first, last in ranges)
        return
    conninfo = psycopg.conninfo.make_conninfo(connection.info.dsn, password=connection.info.password)
    yield from read_chunks(conninfo, ranges=ranges, processes=wanted)


def _counted(chunks: Iterator[Chunk], *, total: int, progress: Progress | None) -> Iterator[Chunk]:
    done = 0
    for chunk in chunks:
        done += chunk.count
        if progress is not None:
            progress(done, total)
        yield chunk


def _strays() -> list[Finding]:
    offenders = rows("strays", limit=ROWS_NAMED)
    return [Finding(Fault.STRAY, row["business_date"], f"transfer {row['transfer_id']}") for row in offenders]


def _balances() -> list[Finding]:
    offenders = sql.call(sql.text_of("ledger", "invariants/balances_equal_sums"))
    return [
        Finding(Fault.BALANCE, None, f"account {account_id}: balance {balance_fen}, transfers {sum_fen}")
        for account_id, balance_fen, sum_fen in offenders[:ROWS_NAMED]
    ]
