"""Typed reads of the audit log."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from onecard.audit.models import Event, Verification
from onecard.audit.types import DeedCount, Use
from onecard.kernel import sql
from onecard.kernel.clock import campus_zone


def first_broken() -> int | None:
    """The id of the first event whose place in the chain is wrong; None when the log is whole."""
    rows = sql.call(f"select min(id) from ({sql.text_of('audit', 'invariants/chain_unbroken')}) as broken")
    broken: int | None = rows[0][0]
    return broken


def last_verification() -> Verification | None:
    """The newest run over the chain, finished or not; None when there was none."""
    return Verification.objects.order_by("-pk").first()


def events_of(action: str) -> list[Event]:
    """All events of one action, oldest first."""
    return list(Event.objects.filter(action=action).order_by("pk"))


def first_id_from(moment: datetime) -> int:
    """The id of the first event at or after the moment; one more than the last id when there is none."""
    found = Event.objects.filter(at__gte=moment).order_by("at").values_list("pk", flat=True).first()
    return found if found is not None else _last_id() + 1


def _last_id() -> int:
    return Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _ids_of(since: date, until: date) -> tuple[int, int]:
    """The first and the last id of these days on campus, both included; events are numbered in the order of their times."""
    first, after = (datetime.combine(day, time(), tzinfo=campus_zone()) for day in (since, until + timedelta(days=1)))
    return first_id_from(first), first_id_from(after) - 1


def deeds_by_operator(since: date, until: date, *, most: int) -> list[DeedCount]:
    """Who did what on these days: operators' actions by operator, day and action; at most so many lines."""
    first, last = _ids_of(since, until)
    place = {"first": first, "last": last, "zone": str(campus_zone()), "most": most}
    return [DeedCount(*row) for row in sql.call(sql.text_of("audit", "queries/deeds_by_operator"), place)]


def software_use(since: date, until: date, *, most: int) -> list[Use]:
    """中心机房软件系统使用登记簿 of these days (R22.2): the log-ins with their log-outs, oldest first; at most so many lines."""
    first, last = _ids_of(since, until)
    place = {"first": first, "last": last, "end": _last_id(), "most": most}
    return [Use(*row) for row in sql.call(sql.text_of("audit", "queries/software_use"), place)]
