"""Typed reads of the room."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date, datetime, time

from django.db.models import Count, Sum

from onecard.kernel import clock, sql
from onecard.leavers import rules
from onecard.leavers.models import Leaver, UnclaimedBalance
from onecard.leavers.types import DUE, AgeLine, Collection, Forgotten, LeaverState, UnclaimedState
from onecard.ledger.models import Account
from onecard.people.models import BankAccount
from onecard.people.queries import bank_accounts_of
from onecard.policies import queries as policies


def collections_of(batch_id: int) -> list[Collection]:
    """The terminals that took money from these leavers' purses, those with missing numbers first."""
    rows = sql.call(sql.text_of("leavers", "queries/collections"), {"batch_id": batch_id})
    return [Collection(*row) for row in rows]


def totals_of(batch_id: int) -> list[tuple[int, int, int]]:
    """(state, people, refunds in fen) of the batch, in the order of states."""
    lines = Leaver.objects.filter(batch_id=batch_id).values_list("state").order_by("state")
    return list(lines.annotate(people=Count("pk"), refunds=Sum("refund_fen")))


@dataclasses.dataclass(frozen=True, slots=True)
class DueRefunds:
    """What is payable of a batch: to whom into which account, and who has none and so waits."""

    payable: list[tuple[Leaver, BankAccount]]
    waiting: list[Leaver]

    @property
    def total_fen(self) -> int:
        """What can be paid now."""
        return sum(one.refund_fen for one, _account in self.payable)

    @property
    def newest_account_at(self) -> str:
        """When the newest of the accounts was entered (ISO 8601): it moves when one of them is changed. Empty without any."""
        return max((account.entered_at.isoformat() for _one, account in self.payable), default="")


def due_refunds(batch_id: int) -> DueRefunds:
    """The batch's payable refunds, each with the account that holds now, in order."""
    rows = Leaver.objects.filter(batch_id=batch_id, state=LeaverState.PAYABLE)
    due = list(rows.select_related("person").order_by("pk"))
    accounts = bank_accounts_of(one.person_id for one in due)
    payable = [(one, accounts[one.person_id]) for one in due if one.person_id in accounts]
    return DueRefunds(payable, [one for one in due if one.person_id not in accounts])


def dormant_purses(*, limit: int) -> list[Forgotten]:
    """Cash purses that nothing has moved for the policy's years and that no running notice names, longest first."""
    before = rules.years_before(clock.today(), years=policies.years("people.dormant_years"))
    rows = sql.call(sql.text_of("leavers", "queries/dormant_purses"), {"before": before, "limit": limit})
    return [Forgotten(person, None, amount_fen, moved_on) for person, amount_fen, moved_on in rows]


def expired_refunds(*, limit: int) -> list[Forgotten]:
    """Refunds that failed, or found no bank account, whose time to be claimed is over and that no list names, oldest first."""
    before = rules.years_before(clock.today(), years=policies.years("people.refund_claim_years"))
    named = UnclaimedBalance.objects.filter(leaver__isnull=False).exclude(state=UnclaimedState.STIRRED)
    midnight = datetime.combine(before, time(), tzinfo=clock.campus_zone())
    due = Leaver.objects.filter(state__in=DUE, changed_at__lt=midnight).exclude(pk__in=named.values("leaver_id"))
    return [
        Forgotten(one.person_id, one.pk, one.refund_fen, _campus_day(one.changed_at))
        for one in due.order_by("changed_at", "pk")[:limit]
    ]


def still_forgotten(balances: Sequence[UnclaimedBalance]) -> list[UnclaimedBalance]:
    """Those whose purse nothing has moved since the notice, or whose refund was not paid; they come with person and leaver."""
    purses = [one.person.cash_account_id for one in balances if one.leaver is None]
    rows = Account.objects.filter(pk__in=purses).values_list("pk", "day_debits_date", "balance_fen")
    found = {pk: (moved_on, balance_fen) for pk, moved_on, balance_fen in rows}

    def stands(one: UnclaimedBalance) -> bool:
        if one.leaver is not None:
            return one.leaver.state in DUE
        return found[one.person.cash_account_id] == (one.last_moved_on, one.amount_fen)

    return [one for one in balances if stands(one)]


def noticed(list_id: int) -> list[UnclaimedBalance]:
    """The balances of a list that its notice still names, in order."""
    rows = UnclaimedBalance.objects.filter(of_list_id=list_id, state=UnclaimedState.NOTICED)
    return list(rows.select_related("person", "leaver").order_by("pk"))


def ageing(today: date) -> tuple[AgeLine, ...]:
    """账龄: how long unpaid refunds wait since they became payable or came back, and how long unclaimed balances stand."""
    due = Leaver.objects.filter(state__in=DUE).values_list("changed_at", "refund_fen")
    booked = UnclaimedBalance.objects.filter(state=UnclaimedState.UNCLAIMED).values_list("changed_at", "amount_fen")
    days = ([(_campus_day(at), fen) for at, fen in rows] for rows in (due, booked))
    return rules.aged(*days, today=today)


def _campus_day(moment: datetime) -> date:
    return moment.astimezone(clock.campus_zone()).date()
