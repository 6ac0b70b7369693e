"""Typed reads of the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max

from onecard.kernel import sql
from onecard.kernel.ordered_ids import first_id
from onecard.ledger.models import Account, BusinessDay, DayBalance, HeldRecord, Transfer
from onecard.ledger.types import DayState, Subject, SubjectBalance, TransferKind


def open_day() -> date | None:
    """The open business date; None before the first day was opened."""
    return BusinessDay.objects.filter(state=DayState.OPEN).values_list("date", flat=True).first()


def business_date() -> date:
    """The open business date; LookupError before the first day was opened."""
    day = open_day()
    if day is None:
        raise LookupError("no business day is open")
    return day


def business_dates() -> list[date]:
    """All business dates in order; the last one is open."""
    return list(BusinessDay.objects.order_by("date").values_list("date", flat=True))


def has_transfers_today() -> bool:
    """Whether anything was booked on the open day yet."""
    [(first_id,)] = sql.call("select first_id from ledger_range_of_open_day_v1()")
    return first_id is not None


def balance_of(account_id: int) -> int:
    """The balance in fen on the account's normal side."""
    return Account.objects.values_list("balance_fen", flat=True).get(pk=account_id)


def shared_account(subject: Subject) -> int:
    """The id of the centre's one account of a shared subject (bank clearing, losses, …); Account.DoesNotExist before install."""
    return Account.objects.filter(subject=subject).order_by("pk").values_list("pk", flat=True)[0]


def transfers_of(source_id: int, source_seq: int) -> list[Transfer]:
    """All legs that a source's number booked, in order."""
    return list(Transfer.objects.filter(source_id=source_id, source_seq=source_seq).order_by("leg"))


def latest_transfers(account_ids: Sequence[int], *, most: int) -> list[Transfer]:
    """The newest transfers that moved any of the accounts, at most so many; read by the accounts' indexes."""
    sides = (
        Transfer.objects.filter(**{side: account}) for account in account_ids for side in ("debit_account", "credit_account")
    )
    rows = [row for side in sides for row in side.order_by("-pk")[:most]]
    return sorted({row.pk: row for row in rows}.values(), key=lambda row: -row.pk)[:most]


def booked_amounts(source_id: int) -> Iterator[tuple[int, int]]:
    """(number, amount in fen) of every transfer of a source, read in pieces."""
    rows = Transfer.objects.filter(source_id=source_id).values_list("source_seq", "amount_fen")
    return rows.order_by("source_seq", "leg").iterator(chunk_size=10_000)


def sale_to(account_id: int, transfer_id: int) -> Transfer | None:
    """The purchase under this id, if it was owed to this account; None otherwise."""
    sales = Transfer.objects.select_related("source").filter(kind=TransferKind.PURCHASE, credit_account_id=account_id)
    return sales.filter(pk=transfer_id).first()


def latest_occurrence(source_id: int) -> datetime | None:
    """When the newest event of a source occurred; None when it has none."""
    last: datetime | None = Transfer.objects.filter(source_id=source_id).aggregate(last=Max("occurred_at"))["last"]
    return last


def trial_balance(day: date | None = None) -> list[SubjectBalance]:
    """Opening, debits, credits and closing per subject for a closed day, or for the open day as it stands (None)."""
    rows = sql.call(sql.text_of("ledger", "queries/trial_balance"), [day or open_day()])
    return [SubjectBalance(Subject(row[0]), *row[1:]) for row in rows]


def held_count() -> int:
    """How many held records wait for a person."""
    return HeldRecord.objects.filter(settled_at=None).count()


def held_of(source_ids: Iterable[int]) -> list[tuple[int, int, dict[str, Any]]]:
    """(source, its number, raw content) of every record of these sources that was ever held, settled or not."""
    rows = HeldRecord.objects.filter(source_id__in=list(source_ids)).values_list("source_id", "source_seq", "raw")
    return [(source_id or 0, source_seq, raw) for source_id, source_seq, raw in rows]


def first_transfer_on(day: date) -> int:
    """The least id that a transfer of the day, or of a later one, can have."""
    before = BusinessDay.objects.filter(date__lt=day).aggregate(last=Max("last_transfer_id"))["last"]
    return (before or 0) + 1


def first_transfer_after(day: date) -> int | None:
    """The least id that a transfer of a later day can have; None when the day is the open one or still to come."""
    open_date = open_day()
    return None if open_date is None or open_date <= day else first_transfer_on(day + timedelta(days=1))


def first_day_balance_on(day: date) -> int | None:
    """The id of the first day balance on or after the day; None when there is none."""
    return first_id(DayBalance.objects.all(), field="business_date", least=day)


def first_day_balance_after(day: date) -> int | None:
    """The id of the first day balance after the day; None when there is none."""
    return first_day_balance_on(day + timedelta(days=1))
