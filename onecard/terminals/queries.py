"""Typed reads of the room."""

from __future__ import annotations

from collections.abc import Iterable

from onecard.kernel import sql
from onecard.kernel.secrets import reveal
from onecard.terminals.models import Terminal
from onecard.terminals.types import RECORD_KEY_PURPOSE, Gap


def record_keys(terminal_ids: Iterable[int]) -> dict[int, bytes]:
    """The record keys of these terminals, by id; an unknown id is absent."""
    rows = Terminal.objects.filter(pk__in=set(terminal_ids)).values_list("pk", "record_key")
    return {pk: reveal(bytes(concealed), purpose=RECORD_KEY_PURPOSE) for pk, concealed in rows}


def sources_of(terminal_ids: Iterable[int]) -> dict[int, int]:
    """The ledger source's id of these terminals, by id."""
    return dict(Terminal.objects.filter(pk__in=set(terminal_ids)).values_list("pk", "source_id"))


def gaps(*, terminal_id: int | None = None, limit: int = 1_000) -> list[Gap]:
    """Missing numbers of all terminals, or of one, in order of terminal, batch and number; at most `limit` places."""
    rows = sql.call(sql.text_of("terminals", "queries/gaps"), [terminal_id, terminal_id, limit])
    return [Gap(*row) for row in rows]


def missing_totals() -> tuple[int, int]:
    """(missing numbers, places where they are missing), over all terminals and batches, counted from 1 within each batch."""
    [row] = sql.call(sql.text_of("terminals", "queries/missing_totals"))
    return int(row[0]), int(row[1])


def terminals_with(codes: Iterable[str]) -> dict[str, Terminal]:
    """The terminals with these codes, by code; an unknown code is absent."""
    return {terminal.code: terminal for terminal in Terminal.objects.filter(code__in=set(codes))}


def terminal_ids_at(merchant_ids: Iterable[int]) -> list[int]:
    """The ids of all terminals at these merchants."""
    return list(Terminal.objects.filter(merchant_id__in=set(merchant_ids)).order_by("pk").values_list("pk", flat=True))
