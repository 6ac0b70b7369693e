"""Book a till journal: register who and what it names, fund each card, collect day by day, close each day.

Every step finds out what is there already, so the same command after a kill, or run again, goes on where the books stand.
"""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Protocol, TypeVar

from psycopg.errors import LockNotAvailable

from onecard.access.types import Actor
from onecard.cards import queries as cards
from onecard.cards.actions.issue_card_batch import issue_card_batch
from onecard.closing.actions.close_day import close_day
from onecard.closing.actions.open_first_day import open_first_day
from onecard.funding.actions.book_bank_transfers import book_bank_transfers
from onecard.funding.types import FundingCounts, FundingLine
from onecard.kernel import sql
from onecard.kernel.clock import campus_zone
from onecard.kernel.money import round_up
from onecard.ledger import queries as ledger
from onecard.ledger.actions.open_accounts import open_centre_accounts
from onecard.ledger.actions.register_source import register_source
from onecard.ledger.types import SourceKind
from onecard.merchants.actions.register_merchant import register_merchant
from onecard.merchants.queries import merchant_with
from onecard.people import queries as people
from onecard.people.actions.register_people_batch import register_people_batch
from onecard.people.types import NewPerson
from onecard.purchases import queries as purchases
from onecard.purchases.actions.collect_purchases import collect_purchases
from onecard.purchases.types import MONEY_MOVED, Outcome, Result
from onecard.simulation.receipts import Journal, Receipt
from onecard.terminals import queries as terminals
from onecard.terminals.actions.register_terminal import register_terminal
from onecard.terminals.rules import record_mac
from onecard.terminals.types import TerminalRecord

BATCH = 1_000
FUNDING_STEP_FEN = 1_000
TRANSFERS_PER_CARD = 1_000
"""A card's k-th transfer has the number card * TRANSFERS_PER_CARD + k; a corrected file that adds spending may bring a second."""
OPENING = time(11, 0)
WAIT_S = 60
"""How long a second import waits for the first one."""
T = TypeVar("T")


class ImportRefused(RuntimeError):
    """The journal does not fit this installation, or a day could not be closed; the message says what to do."""


class Progress(Protocol):
    """Called as work goes on: which step, how much of it is done, how much there is."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """Show it."""


@dataclasses.dataclass(slots=True)
class Totals:
    """Purchases that stand in the books, and their money."""

    purchases: int = 0
    amount_fen: int = 0

    def add(self, amount_fen: int) -> None:
        """Count one more purchase."""
        self.purchases += 1
        self.amount_fen += amount_fen


@dataclasses.dataclass(slots=True)
class JournalReport:
    """What the import did. `by_merchant` and `by_day` count what stands in the books, booked now or before."""

    outcomes: Counter[Outcome] = dataclasses.field(default_factory=Counter)
    by_merchant: defaultdict[str, Totals] = dataclasses.field(default_factory=lambda: defaultdict(Totals))
    by_day: defaultdict[date, Totals] = dataclasses.field(default_factory=lambda: defaultdict(Totals))
    funding: FundingCounts = dataclasses.field(default_factory=FundingCounts)
    funded_fen: int = 0
    days_closed: list[date] = dataclasses.field(default_factory=list)

    @property
    def total(self) -> Totals:
        """Over all merchants."""
        parts = self.by_merchant.values()
        return Totals(sum(part.purchases for part in parts), sum(part.amount_fen for part in parts))

    def count(self, receipt: Receipt, result: Result) -> None:
        """Take in one answer."""
        self.outcomes[result.outcome] += 1
        if result.outcome in MONEY_MOVED or (result.outcome is Outcome.REPEATED and result.first_outcome in MONEY_MOVED):
            self.by_merchant[receipt.counter].add(receipt.amount_fen)
            self.by_day[receipt.day].add(receipt.amount_fen)


@dataclasses.dataclass(frozen=True, slots=True)
class Tills:
    """The journal's registers as terminals: ids by code, and all record keys by id."""

    ids: Mapping[str, int]
    keys: Mapping[int, bytes]

    def record_of(self, receipt: Receipt) -> TerminalRecord:
        """The receipt as the terminal's signed record; the time is 11:00 on campus and what the journal adds."""
        terminal_id = self.ids[receipt.number.register]
        opening = datetime.combine(receipt.day, OPENING, tzinfo=campus_zone())
        draft = TerminalRecord(
            terminal_id=terminal_id,
            batch_no=receipt.number.sheet,
            seq=receipt.number.trans,
            card_no=receipt.card_no,
            amount_fen=receipt.amount_fen,
            occurred_at=opening + timedelta(seconds=receipt.after_s),
        )
        return dataclasses.replace(draft, mac=record_mac(draft, key=self.keys[terminal_id]))


def import_journal(journal: Journal, *, actor: Actor, progress: Progress) -> JournalReport:
    """Book the journal; safe to run again after anything. ImportRefused when it does not fit the open business day."""
    report = JournalReport()
    if journal.receipts:
        with _alone():
            _book(journal, actor=actor, report=report, progress=progress)
    return report


@contextmanager
def _alone() -> Iterator[None]:
    """One import at a time; the lock goes with the connection, so a killed import leaves none."""
    key = "hashtext('simulation.import_journal')"
    sql.call(f"set lock_timeout = '{WAIT_S}s'")
    try:
        sql.call(f"select pg_advisory_lock({key})")
    except LockNotAvailable:
        raise ImportRefused(f"another import has been at work for {WAIT_S} s; run this again when it is done") from None
    finally:
        sql.call("set lock_timeout = 0")
    try:
        yield
    finally:
        sql.call(f"select pg_advisory_unlock({key})")


def _book(journal: Journal, *, actor: Actor, report: JournalReport, progress: Progress) -> None:
    open_centre_accounts()
    tills = _register_tills(journal, actor=actor)
    _check_days(journal, tills=tills)
    _admit_holders(journal, actor=actor, progress=progress)
    if ledger.open_day() is None:
        open_first_day(actor, journal.days[0])
    _fund_cards(journal, tills=tills, actor=actor, report=report, progress=progress)
    _collect_days(journal, tills=tills, actor=actor, report=report, progress=progress)


def _register_tills(journal: Journal, *, actor: Actor) -> Tills:
    counters = {receipt.number.register: receipt.counter for receipt in journal.receipts}
    merchant_ids = {code: _merchant(code, actor=actor) for code in dict.fromkeys(counters.values())}
    present = terminals.terminals_with(counters)
    for register, counter in counters.items():
        if register not in present:
            register_terminal(actor, register, merchant_id=merchant_ids[counter])
    known = terminals.terminals_with(counters)
    for register, terminal in known.items():
        if terminal.merchant_id != merchant_ids[counters[register]]:
            raise ImportRefused(f"terminal {register} belongs to another merchant here than {counters[register]}")
    ids = {register: terminal.pk for register, terminal in known.items()}
    return Tills(ids, terminals.record_keys(ids.values()))


def _merchant(code: str, *, actor: Actor) -> int:
    if (merchant := merchant_with(code)) is None:
        register_merchant(actor, code, name=code.capitalize())
        merchant = merchant_with(code)
    if merchant is None:
        raise ImportRefused(f"merchant {code} could not be registered")
    return merchant.pk


def _check_days(journal: Journal, *, tills: Tills) -> None:
    """The open day must be one of the journal's, or the journal in the books already (what is new of it is then booked late)."""
    open_day = ledger.open_day()
    if open_day is None or open_day == journal.days[0]:
        return
    began_here = next(purchases.booked_records(tills.ids.values()), None) is not None
    if not began_here:
        raise ImportRefused(
            f"the open business day is {open_day}, the journal begins on {journal.days[0]}:"
            " import it into an installation of its own (set ONECARD_VAR to an empty folder)"
        )
    coming = [day for day in journal.days if day >= open_day]
    if coming and coming[0] != open_day:
        raise ImportRefused(
            f"the open business day {open_day} is not a day of the journal; run: onecard day close --next {coming[0]}"
        )


def _admit_holders(journal: Journal, *, actor: Actor, progress: Progress) -> None:
    """Register the cards' holders (number = card number) and give each their card, active; who is there stays as they are."""
    done = 0
    for part in batches(journal.kinds.items(), size=BATCH):
        numbers = {str(card_no): kind for card_no, kind in part}
        known = people.people_with(numbers)
        newcomers = [NewPerson(no, f"Card holder {no}", kind) for no, kind in numbers.items() if no not in known]
        if newcomers:
            register_people_batch(actor, newcomers)
        with_card = cards.holders_of(int(no) for no in numbers)
        without = [no for no in numbers if int(no) not in with_card]
        if without:
            holders = people.people_with(without)
            issue_card_batch(actor, [(int(no), holders[no].pk) for no in without])
        done += len(part)
        progress("people and cards", done, len(journal.kinds))


def _fund_cards(journal: Journal, *, tills: Tills, actor: Actor, report: JournalReport, progress: Progress) -> None:
    """Give each card one bank transfer of its spending rounded up to 10.00; what was given before counts."""
    merchants = {code: merchant_with(code) for code in {receipt.counter for receipt in journal.receipts}}
    source = "till journal " + "+".join(sorted(merchants))
    source_id = register_source(SourceKind.JOB, name=source)
    given: defaultdict[int, list[int]] = defaultdict(list)
    for number, amount_fen in ledger.booked_amounts(source_id):
        given[number // TRANSFERS_PER_CARD].append(amount_fen)
    at_merchants = terminals.terminal_ids_at(merchant.pk for merchant in merchants.values() if merchant)
    wanted = _wanted(_spending(journal, tills=tills, terminal_ids=at_merchants), given=given)
    repeated = sum(1 for card_no in journal.kinds if card_no in given and card_no not in wanted)
    report.funding += FundingCounts(repeated=repeated)
    occurred_at = datetime.combine(journal.days[0], OPENING, tzinfo=campus_zone())
    done = 0
    for part in batches(wanted.items(), size=BATCH):
        holders = cards.holders_of(card_no for card_no, _ in part)
        lines = [
            FundingLine(card_no * TRANSFERS_PER_CARD + len(given[card_no]), holders.get(card_no, 0), fen, occurred_at)
            for card_no, fen in part
        ]
        report.funding += book_bank_transfers(actor, lines, source=source)
        done += len(part)
        progress("bank transfers", done, len(wanted))
    report.funded_fen = sum(fen for _, fen in ledger.booked_amounts(source_id))


def _spending(journal: Journal, *, tills: Tills, terminal_ids: Sequence[int]) -> Counter[int]:
    """What each card spends: what the books have at these terminals, and the journal's receipts that are not booked yet."""
    spending: Counter[int] = Counter()
    booked = set()
    for record in purchases.booked_records(terminal_ids):
        spending[record.card_no] += record.amount_fen
        booked.add(record[:3])
    for receipt in journal.receipts:
        register, sheet, trans = receipt.number
        if (tills.ids[register], sheet, trans) not in booked:
            spending[receipt.card_no] += receipt.amount_fen
    return spending


def _wanted(spending: Mapping[int, int], *, given: Mapping[int, list[int]]) -> dict[int, int]:
    """What each card still has to get, for the cards where that is anything."""
    wanted = {}
    for card_no, spent_fen in spending.items():
        short_fen = round_up(spent_fen, step_fen=FUNDING_STEP_FEN) - sum(given.get(card_no, []))
        if short_fen > 0:
            wanted[card_no] = short_fen
    return wanted


def _collect_days(journal: Journal, *, tills: Tills, actor: Actor, report: JournalReport, progress: Progress) -> None:
    by_day: defaultdict[date, list[Receipt]] = defaultdict(list)
    for receipt in [*journal.receipts, *journal.contradicting]:
        by_day[receipt.day].append(receipt)
    days = journal.days
    done = 0
    for day, next_day in zip(days, [*days[1:], days[-1] + timedelta(days=1)], strict=True):
        for part in batches(by_day[day], size=BATCH):
            results = collect_purchases([tills.record_of(receipt) for receipt in part], keys=tills.keys)
            for receipt, result in zip(part, results, strict=True):
                report.count(receipt, result)
            done += len(part)
            progress("purchases", done, len(journal.receipts) + len(journal.contradicting))
        if ledger.open_day() == day:
            _close(day, next_day=next_day, actor=actor)
            report.days_closed.append(day)


def _close(day: date, *, next_day: date, actor: Actor) -> None:
    result = close_day(actor, day, next_date=next_day)
    if ledger.open_day() == day:
        raise ImportRefused(f"business day {day} could not be closed: {result}; see onecard day close")


def batches(items: Iterable[T], *, size: int) -> Iterator[list[T]]:
    """The items in lists of at most `size`."""
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part
