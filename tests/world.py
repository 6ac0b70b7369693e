"""The named cast: a small campus, built through actions only, that every suite can start from.

People: Lin (student, subsidy), Wang (staff), Chen (student, cash only), Gao (graduate who left, card cancelled).
Cards: one in each state (`World.cards`). Merchants: canteen and shop. Terminals: plain, limited, at night, disabled, at the shop.
Actors: the centre's clerks by post, an auditor, and an outsider who is refused everywhere.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from onecard.access.types import Actor
from onecard.cards.actions.activate_card import activate_card
from onecard.cards.actions.cancel_card import cancel_card
from onecard.cards.actions.freeze_card import freeze_card
from onecard.cards.actions.issue_card import issue_card
from onecard.cards.actions.report_loss import report_loss
from onecard.cards.models import Card
from onecard.closing.actions import close_day as closing
from onecard.closing.actions.install_seal_key import install_seal_key
from onecard.kernel import clock, sql
from onecard.ledger import queries as ledger
from onecard.ledger.actions.open_accounts import open_centre_accounts
from onecard.ledger.actions.post_transfers import post_transfers
from onecard.ledger.actions.register_source import register_source
from onecard.ledger.types import Entry, PostingOutcome, SourceKind, Subject, TransferKind
from onecard.merchants.actions.register_merchant import register_merchant
from onecard.merchants.models import Merchant
from onecard.people.actions.open_subsidy_purses import open_subsidy_purses
from onecard.people.actions.register_person import register_person
from onecard.people.models import Person
from onecard.people.types import NewPerson, PersonKind
from onecard.policies.actions.adopt_policies import adopt_policies
from onecard.purchases.actions.collect_purchases import collect_purchases
from onecard.purchases.actions.write_off_held_record import write_off_held_record
from onecard.terminals import queries as terminals
from onecard.terminals.actions.disable_terminal import disable_terminal
from onecard.terminals.actions.register_terminal import register_terminal
from onecard.terminals.models import Terminal
from onecard.terminals.rules import record_mac
from onecard.terminals.types import TerminalRecord
from onecard.workdays.actions.adopt_official_days import adopt_official_days

DAY = date(2026, 9, 1)
"""The first business day of the cast."""
NOON = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)
"""Noon on campus (Asia/Shanghai) on that day."""
UNKNOWN_CARD = 999_999

CARD_NO = {
    "lin": 1001,
    "wang": 1002,
    "chen": 1003,
    "gao": 1004,
    "issued": 1011,
    "lost": 1013,
    "frozen": 1014,
    "cancelled": 1015,
    "expired": 1016,
}
"""Card numbers by who or what; `lin`, `wang` and `chen` are active, `gao` is cancelled, the rest are named by their state."""

PERSON_KINDS = {"lin": PersonKind.UNDERGRADUATE, "wang": PersonKind.STAFF, "gao": PersonKind.POSTGRADUATE}


@dataclasses.dataclass(frozen=True, slots=True)
class Cast:
    """Who acts: `clerk` may everything a card centre does (a job's rights), `outsider` nothing."""

    clerk: Actor
    auditor: Actor
    outsider: Actor


@dataclasses.dataclass(frozen=True, slots=True, repr=False)
class World:
    """The ids that tests need. Money is moved by `fund` and `grant`, records are made by `record`."""

    cast: Cast
    people: dict[str, int]
    cash: dict[str, int]
    subsidy: dict[str, int]
    payable: dict[str, int]
    terminals: dict[str, int]
    keys: dict[int, bytes]
    bank: int
    subsidy_receivable: int
    losses: int
    fees: int
    job: int

    def record(
        self,
        seq: int,
        *,
        who: str | int = "lin",
        amount_fen: int = 1_000,
        terminal: str = "plain",
        batch_no: int = 1,
        occurred_at: datetime = NOON,
        blacklist_version: int | None = None,
        good_mac: bool = True,
    ) -> TerminalRecord:
        """A terminal's record of a purchase, with its MAC; `who` is a name of the cast or a card number."""
        draft = TerminalRecord(
            terminal_id=self.terminals[terminal],
            batch_no=batch_no,
            seq=seq,
            card_no=CARD_NO[who] if isinstance(who, str) else who,
            amount_fen=amount_fen,
            occurred_at=occurred_at,
            blacklist_version=blacklist_version,
        )
        return self.signed(draft) if good_mac else dataclasses.replace(draft, mac=bytes(16))

    def signed(self, record: TerminalRecord) -> TerminalRecord:
        """The record with the MAC that its terminal would write."""
        return dataclasses.replace(record, mac=record_mac(record, key=self.keys[record.terminal_id]))

    def fund(self, who: str, amount_fen: int, *, seq: int) -> PostingOutcome:
        """A bank transfer to the person's cash purse, numbered `seq`."""
        return self._post(TransferKind.BANK_TRANSFER, self.bank, self.cash[who], amount_fen=amount_fen, seq=seq)

    def grant(self, who: str, amount_fen: int, *, seq: int) -> PostingOutcome:
        """A subsidy to the person's subsidy purse, numbered `seq`."""
        debit = self.subsidy_receivable
        return self._post(TransferKind.SUBSIDY_GRANT, debit, self.subsidy[who], amount_fen=amount_fen, seq=seq)

    def _post(self, kind: TransferKind, debit: int, credit: int, *, amount_fen: int, seq: int) -> PostingOutcome:
        entry = Entry(self.job, seq, kind, debit, credit, amount_fen, NOON)
        return post_transfers([entry])[0]


def actors() -> Cast:
    """The actors of the cast."""
    return Cast(
        clerk=Actor.system("clerk"),
        auditor=Actor(operator_id=None, name="auditor", permissions=frozenset(), request_id="test"),
        outsider=Actor(operator_id=None, name="outsider", permissions=frozenset(), request_id="test"),
    )


def open_first_day(day: date = DAY) -> None:
    """Open the first business day and the centre's accounts, adopt policies and calendar, and make the key that seals days."""
    sql.call("select ledger_open_first_day_v1(%b::date)", [day])
    open_centre_accounts()
    adopt_policies()
    adopt_official_days()
    install_seal_key()


def register_cast(clerk: Actor) -> dict[str, int]:
    """Register a person for each card, in order of the cards; ids by name."""
    for name, card_no in CARD_NO.items():
        kind = PERSON_KINDS.get(name, PersonKind.UNDERGRADUATE)
        register_person(clerk, NewPerson(person_no=f"2026{card_no}", full_name=name.title(), kind=kind, unit="Physics"))
    return {name: Person.objects.get(person_no=f"2026{card_no}").pk for name, card_no in CARD_NO.items()}


def hand_out_cards(clerk: Actor, *, people: dict[str, int]) -> None:
    """Give everybody a card and bring each card into the state that its name says."""
    for name, card_no in CARD_NO.items():
        expires_on = DAY - timedelta(days=1) if name == "expired" else None
        issue_card(clerk, card_no, person_id=people[name], expires_on=expires_on)
        if name != "issued":
            activate_card(clerk, card_no)
    report_loss(clerk, CARD_NO["lost"], at=NOON - timedelta(hours=1))
    freeze_card(clerk, CARD_NO["frozen"])
    cancel_card(clerk, CARD_NO["cancelled"])
    cancel_card(clerk, CARD_NO["gao"])


def set_up_points_of_sale(clerk: Actor) -> dict[str, int]:
    """Two merchants and their terminals; ids by name."""
    register_merchant(clerk, "canteen", name="Canteen 1")
    register_merchant(clerk, "shop", name="Campus shop")
    canteen, shop = (Merchant.objects.get(code=code).pk for code in ("canteen", "shop"))
    register_terminal(clerk, "plain", merchant_id=canteen)
    register_terminal(clerk, "limited", merchant_id=canteen, single_limit_fen=1_500)
    register_terminal(clerk, "night", merchant_id=canteen, hours=(time(22, 0), time(2, 0)))
    register_terminal(clerk, "disabled", merchant_id=canteen)
    register_terminal(clerk, "shop", merchant_id=shop)
    disable_terminal(clerk, "disabled", reason="being repaired")
    return dict(Terminal.objects.values_list("code", "pk"))


def build() -> World:
    """Build the cast in the current database, at 10 o'clock on campus: 100.00 cash for Lin, Wang, Chen; 30.00 subsidy for Lin."""
    cast = actors()
    with clock.at(NOON - timedelta(hours=2)), transaction.atomic():
        open_first_day()
        people = register_cast(cast.clerk)
        subsidy = open_subsidy_purses([people["lin"], people["lost"]])
        hand_out_cards(cast.clerk, people=people)
        terminal_ids = set_up_points_of_sale(cast.clerk)
        world = World(
            cast=cast,
            people=people,
            cash={name: Person.objects.get(pk=pk).cash_account_id for name, pk in people.items()},
            subsidy={name: subsidy[people[name]] for name in ("lin", "lost")},
            payable=dict(Merchant.objects.values_list("code", "payable_account_id")),
            terminals=terminal_ids,
            keys=terminals.record_keys(terminal_ids.values()),
            bank=ledger.shared_account(Subject.BANK_CLEARING),
            subsidy_receivable=ledger.shared_account(Subject.SUBSIDY_RECEIVABLE),
            losses=ledger.shared_account(Subject.LOST_CARD_LOSSES),
            fees=ledger.shared_account(Subject.CARD_FEES),
            job=register_source(SourceKind.JOB, name="cast"),
        )
        give_money(world)
    return world


def give_money(world: World) -> None:
    """100.00 to each of the four who buy, and to the lost card's holder 50.00 and a subsidy of 5.00; Lin's subsidy is 30.00."""
    for seq, who in enumerate(("lin", "wang", "chen", "gao", "frozen", "issued", "expired"), start=1):
        world.fund(who, 10_000, seq=seq)
    world.fund("lost", 5_000, seq=8)
    world.grant("lin", 3_000, seq=9)
    world.grant("lost", 500, seq=10)


def try_to_close_day(world: World, day: date, *, next_date: date) -> str:
    """Close the business day; the name of the outcome. (Tests of lower rooms may not import `closing` themselves.)"""
    return closing.close_day(world.cast.clerk, day, next_date=next_date).outcome.name


def close_day(world: World, day: date, *, next_date: date) -> None:
    """Close the open business day, which must succeed."""
    assert try_to_close_day(world, day, next_date=next_date) == "DONE"


def collect(*records: TerminalRecord) -> None:
    """Book these records as collected at noon. (Tests of lower rooms may not import `purchases` themselves; nor the next.)"""
    collect_purchases(records, received_at=NOON)


def write_off(held_id: int) -> None:
    """Settle a held record by writing it off."""
    write_off_held_record(Actor.system("boss"), held_id, reason="not ours")


def balances(world: World) -> dict[str, int]:
    """Every purse and payable of the cast by name (`lin`, `lin subsidy`, `canteen`, `losses`, `fees`), in fen."""
    named = {
        **world.cash,
        **{f"{who} subsidy": account for who, account in world.subsidy.items()},
        **world.payable,
        "losses": world.losses,
        "fees": world.fees,
    }
    return {name: ledger.balance_of(account_id) for name, account_id in named.items()}


def broken_invariants() -> dict[str, list[tuple[object, ...]]]:
    """The rows that each invariant of all rooms finds wrong, by file name; empty when all is well."""
    found = {path.stem: sql.call(path.read_text(encoding="utf-8")) for path in sql.files_in("invariants")}
    return {name: rows for name, rows in found.items() if rows}


def card(name: str) -> Card:
    """The card of this name as it is now."""
    return Card.objects.get(card_no=CARD_NO[name])


@pytest.fixture
def world(db: None) -> World:
    """The cast, in a transaction that is rolled back."""
    return build()


@pytest.fixture
def own_world(own_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The cast, committed to a database of its own, for tests with several connections."""
    with django_db_blocker.unblock():
        yield build()
        assert broken_invariants() == {}
