"""Drive the real system through a simulated campus's days, through its actions only, and compare it with the true books.

A day is one transaction, so a killed run is continued by running it again: days that are in the books are only replayed in truth.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from onecard.access.types import Actor
from onecard.cards import queries as cards
from onecard.cards.actions.issue_card_batch import issue_card_batch
from onecard.cards.actions.replace_card_at_once import replace_card_at_once
from onecard.cards.actions.report_loss import report_loss
from onecard.cards.actions.withdraw_loss_report import withdraw_loss_report
from onecard.closing.actions.close_day import close_day
from onecard.closing.actions.open_first_day import open_first_day
from onecard.closing.types import CloseResult
from onecard.funding.actions.book_bank_transfers import book_bank_transfers
from onecard.funding.actions.grant_subsidies import grant_subsidies
from onecard.funding.layouts import BANK
from onecard.funding.types import FundingLine
from onecard.kernel import clock, invariants
from onecard.ledger import queries as ledger
from onecard.ledger.actions.open_accounts import open_centre_accounts
from onecard.merchants.actions.register_merchant import register_merchant
from onecard.merchants.queries import merchant_with
from onecard.people import queries as people
from onecard.people.actions.register_people_batch import register_people_batch
from onecard.people.types import NewPerson
from onecard.purchases.actions.authorise_purchases import authorise_purchases
from onecard.purchases.actions.collect_purchases import collect_purchases
from onecard.purchases.actions.reverse_purchases import reverse_purchases
from onecard.purchases.types import Outcome, PinCheck, ReversalOutcome
from onecard.simulation import counter
from onecard.simulation.campus import Campus, Holder
from onecard.simulation.compare import differences
from onecard.simulation.day import CardEvent, DayPlan, MoneyIn, Planner, Slip
from onecard.simulation.import_journal import Progress, batches
from onecard.simulation.truth import Books
from onecard.terminals import queries as terminals
from onecard.terminals.actions.register_terminal import register_terminal
from onecard.terminals.rules import record_mac
from onecard.terminals.types import TerminalRecord

BATCH = 1_000
SUBSIDIES = "simulated subsidies"
MAX_DIFFERENCES = 100
BAD_MAC = bytes(16)


@dataclasses.dataclass(slots=True)
class DayResult:
    """A simulated day: how many records came to what, what differed from truth or broke an invariant, and how it was closed.

    `closing` is None for a day that was left open.
    """

    day: date
    outcomes: Counter[str]
    differences: list[str]
    closing: CloseResult | None = None

    @classmethod
    def of_close(cls, closing: CloseResult, *, day: date) -> DayResult:
        """A day that had happened before and was only closed now."""
        return cls(day, Counter(), [], closing)


class Run:
    """A campus on the installation that Django is set up for; with `staff` its counter is open on working days."""

    def __init__(
        self, campus: Campus, *, actor: Actor, faults: bool, progress: Progress, staff: counter.Staff | None = None
    ) -> None:
        self.campus = campus
        self._staff = staff
        self.books = Books(campus)
        self.actor = actor
        self._progress = progress
        self._planner = Planner(campus, zone=clock.campus_zone(), faults=faults)
        self._versions: dict[int, int] = {0: 0}
        self._lost_versions: dict[int, int] = {}
        self._people: dict[str, int] = {}
        self._terminals: dict[str, int] = {}
        self._keys: dict[int, bytes] = {}

    def settle_in(self) -> None:
        """Register merchants, tills, people and cards, in one transaction; who is there stays."""
        opening = datetime.combine(self.campus.first_day, datetime.min.time(), tzinfo=clock.campus_zone())
        with clock.at(opening), transaction.atomic():
            open_centre_accounts()
            self._register_places()
            done = 0
            for part in batches(self.campus.holders, size=BATCH):
                self._admit(part)
                done += len(part)
                self._progress("people and cards", done, len(self.campus.holders))
        self._terminals = {code: one.pk for code, one in terminals.terminals_with(t.code for t in self.campus.tills).items()}
        self._keys = terminals.record_keys(self._terminals.values())

    def _register_places(self) -> None:
        for shop in self.campus.shops:
            if merchant_with(shop.code) is None:
                register_merchant(self.actor, shop.code, name=shop.name)
        known = terminals.terminals_with(till.code for till in self.campus.tills)
        for till in self.campus.tills:
            merchant = merchant_with(till.shop)
            if till.code not in known and merchant is not None:
                register_terminal(self.actor, till.code, merchant_id=merchant.pk)

    def _admit(self, holders: Sequence[Holder]) -> None:
        known = people.people_with(holder.person_no for holder in holders)
        new = [holder for holder in holders if holder.person_no not in known]
        if new:
            register_people_batch(self.actor, [NewPerson(h.person_no, h.full_name, h.kind, h.unit) for h in new])
            known |= people.people_with(holder.person_no for holder in new)
        for expires_on in {holder.expires_on for holder in new}:
            wanted = [(h.card_no, known[h.person_no].pk) for h in new if h.expires_on == expires_on]
            issue_card_batch(self.actor, wanted, expires_on=expires_on)
        self._people |= {number: person.pk for number, person in known.items()}

    def replay(self, day: date) -> None:
        """Let a day that is in the books already happen in truth alone."""
        plan = self._planner.plan(day)
        self._happen(plan, result=DayResult(day, Counter(), []), drive=False, goes_home=True)

    def continue_from_books(self) -> list[str]:
        """After replays: learn the blacklist versions that the system gave, and say how its books differ from the true ones."""
        known = cards.cards_with(self._lost_versions)
        for card_no, version in self._lost_versions.items():
            if card_no in known and known[card_no].loss_version is not None:
                self._versions[version] = known[card_no].loss_version or 0
        return differences(self.books)

    def run_day(self, day: date, *, next_day: date | None, compare: bool = True, prove: bool = True) -> DayResult:
        """Let the day happen in the system and in truth; close it with `next_day`, or leave it open without one.

        Afterwards the books are compared with truth (`compare`) and the invariants run (`prove`).
        """
        plan = self._planner.plan(day)
        result = DayResult(day, Counter(), [])
        with transaction.atomic():
            self._happen(plan, result=result, drive=True, goes_home=next_day is not None)
            if next_day is not None:
                with clock.at(plan.evening + timedelta(hours=1)):
                    result.closing = close_day(self.actor, day, next_date=next_day)
        if compare:
            result.differences += differences(self.books)[:MAX_DIFFERENCES]
        if prove:
            result.differences += [str(broken) for broken in invariants.run_all()]
        return result

    def _happen(self, plan: DayPlan, *, result: DayResult, drive: bool, goes_home: bool) -> None:
        self.books.begin_day()
        self._money_in(plan, drive=drive)
        if self._staff is not None and plan.deposits:
            expected = [self.books.deposit(one) for one in plan.deposits]
            if drive:
                answers = counter.work(self._staff, plan.deposits, actor=self.actor, people=self._people, goes_home=goes_home)
                _judge_names(plan.deposits, answers, expected=expected, result=result)
        done, total = 0, sum(len(one.online) for one in plan.sittings) + sum(map(len, plan.collections))
        for sitting in plan.sittings:
            for event in sitting.card_events:
                self._card_event(event, drive=drive)
            now = sitting.starts_at
            for part in batches(sitting.online, size=BATCH):
                now = max(now, *(slip.at for slip in part))
                self._online(part, now=now, result=result, drive=drive)
                done += len(part)
                self._progress(f"{plan.day}", done, total)
        for collection in plan.collections:
            for part in batches(collection, size=BATCH):
                self._collect(part, now=plan.evening, result=result, drive=drive)
                done += len(part)
                self._progress(f"{plan.day}", done, total)

    def _money_in(self, plan: DayPlan, *, drive: bool) -> None:
        for money in plan.transfers:
            self.books.transfer(money)
        for money in plan.grants:
            self.books.grant(money)
        if not drive:
            return
        with clock.at(plan.sittings[0].starts_at):
            for part in batches(plan.transfers, size=BATCH):
                book_bank_transfers(self.actor, self._lines(part), source=BANK)
            for part in batches(plan.grants, size=BATCH):
                grant_subsidies(self.actor, self._lines(part), source=SUBSIDIES)

    def _lines(self, part: Sequence[MoneyIn]) -> list[FundingLine]:
        return [FundingLine(one.number, self._people[one.person_no], one.amount_fen, one.at) for one in part]

    def _card_event(self, event: CardEvent, *, drive: bool) -> None:
        self.books.card_event(event)
        if event.what == "lost":
            self._lost_versions[event.card_no] = event.version
        if not drive:
            return
        with clock.at(event.at):
            if event.what == "lost":
                report_loss(self.actor, event.card_no, at=event.at)
                card = cards.cards_with([event.card_no])[event.card_no]
                self._versions[event.version] = card.loss_version or 0
            elif event.what == "found":
                withdraw_loss_report(self.actor, event.card_no)
            else:
                replace_card_at_once(self.actor, event.card_no, new_card_no=event.new_card_no)

    def _online(self, slips: Sequence[Slip], *, now: datetime, result: DayResult, drive: bool) -> None:
        """Requests and reversals in their order: what stands together goes together."""
        for is_reversal, some in itertools.groupby(slips, key=lambda slip: slip.is_reversal):
            (self._take_back if is_reversal else self._ask)(list(some), now=now, result=result, drive=drive)

    def _take_back(self, slips: Sequence[Slip], *, now: datetime, result: DayResult, drive: bool) -> None:
        expected = [self.books.take_back(slip, now=now) for slip in slips]
        if drive:
            answers = reverse_purchases([self._record(slip) for slip in slips], received_at=now)
            _judge(slips, answers, expected=expected, result=result)

    def _ask(self, slips: Sequence[Slip], *, now: datetime, result: DayResult, drive: bool) -> None:
        expected = [self.books.ask(slip, now=now) for slip in slips]
        if drive:
            records = [self._record(slip) for slip in slips]
            answers = authorise_purchases(records, pins=[PinCheck[slip.pin] for slip in slips], received_at=now)
            _judge(slips, [answer.outcome for answer in answers], expected=expected, result=result)

    def _collect(self, slips: Sequence[Slip], *, now: datetime, result: DayResult, drive: bool) -> None:
        expected = [self.books.collect(slip) for slip in slips]
        if drive:
            answers = collect_purchases([self._record(slip) for slip in slips], received_at=now, keys=self._keys)
            _judge(slips, [answer.outcome for answer in answers], expected=expected, result=result)

    def _record(self, slip: Slip) -> TerminalRecord:
        terminal_id = self._terminals[slip.till]
        draft = TerminalRecord(
            terminal_id, slip.batch_no, slip.seq, slip.card_no, slip.amount_fen, slip.at, self._version(slip.blacklist)
        )
        mac = BAD_MAC if slip.is_torn else record_mac(draft, key=self._keys[terminal_id])
        return dataclasses.replace(draft, mac=mac)

    def _version(self, true_version: int | None) -> int | None:
        """The system's blacklist version that stands for this one in truth: that of the last loss up to it."""
        if true_version is None:
            return None
        return max(number for version, number in self._versions.items() if version <= true_version)


def open_campus(run: Run) -> None:
    """Settle in and open the first business day, both or neither; what is there stays."""
    with transaction.atomic():
        run.settle_in()
        if ledger.open_day() is None:
            open_first_day(run.actor, run.campus.first_day)


def _judge(
    slips: Sequence[Slip], answers: Sequence[Outcome | ReversalOutcome], *, expected: Sequence[str], result: DayResult
) -> None:
    _judge_names(slips, [answer.name for answer in answers], expected=expected, result=result)


def _judge_names(events: Sequence[Slip | MoneyIn], answers: Sequence[str], *, expected: Sequence[str], result: DayResult) -> None:
    for event, answer, true_outcome in zip(events, answers, expected, strict=True):
        result.outcomes[answer] += 1
        if answer != true_outcome and len(result.differences) < MAX_DIFFERENCES:
            result.differences.append(f"{event}: {answer} in the system, {true_outcome} in truth")
