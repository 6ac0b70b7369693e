"""What the pages are tested with: the cast, a sealed day with a held record, an open day with purchases, an operator per post."""

from __future__ import annotations

import os
import tempfile
import uuid
from datetime import time, timedelta
from pathlib import Path
from unittest.mock import patch

from django.db import transaction

from onecard.access.actions.assign_posts import assign_posts
from onecard.access.actions.create_operator import create_operator
from onecard.access.actions.limit_post import limit_post
from onecard.access.actions.propose_action import propose_action
from onecard.access.models import Operator
from onecard.access.types import AccessOutcome, Actor, Limits, Post, ProposalOutcome
from onecard.cards.actions.hand_out_card import hand_out_card
from onecard.cards.actions.register_test_card import register_test_card
from onecard.cards.tests import office
from onecard.counter.actions.close_shift import close_shift
from onecard.counter.actions.count_drawer import count_drawer
from onecard.counter.actions.fill_till import fill_till
from onecard.counter.actions.hand_over_cash import hand_over_cash
from onecard.counter.actions.open_shift import open_shift
from onecard.counter.actions.register_till import register_till
from onecard.counter.actions.take_deposit import take_deposit
from onecard.counter.types import HandoverOutcome, ShiftOutcome
from onecard.feeds.actions.deliver_feed import deliver_feed
from onecard.feeds.actions.register_consumer import register_consumer
from onecard.funding.tests import banks, subsidies
from onecard.kernel import clock
from onecard.leavers.actions.cancel_leavers import cancel_leavers
from onecard.leavers.actions.freeze_leavers import freeze_leavers
from onecard.leavers.actions.list_leavers import list_leavers
from onecard.leavers.actions.list_unclaimed import list_unclaimed
from onecard.leavers.actions.pay_refunds import pay_refunds
from onecard.leavers.queries import due_refunds
from onecard.leavers.types import LeaverOutcome
from onecard.ledger.models import HeldRecord, Transfer
from onecard.ledger.types import TransferKind
from onecard.merchants.actions.register_income_unit import register_income_unit
from onecard.merchants.types import Cycle
from onecard.months import queries as months
from onecard.months.actions.close_month import close_month
from onecard.months.actions.give_finance_figure import give_finance_figure
from onecard.months.actions.reconcile_difference import reconcile_difference
from onecard.months.types import MonthOutcome
from onecard.papers.actions.issue_paper import issue_paper
from onecard.papers.tests.samples import SLIP, content
from onecard.people.actions.enter_bank_account import enter_bank_account
from onecard.people.actions.name_roster_source import name_roster_source
from onecard.people.actions.read_roster import read_whole_roster
from onecard.people.actions.receive_roster import receive_roster
from onecard.people.models import Person
from onecard.people.types import PersonKind, RosterFile
from onecard.policies.actions.set_policy import set_policy
from onecard.policies.types import PolicyOutcome
from onecard.purchases.actions.authorise_purchases import authorise_purchases
from onecard.purchases.actions.collect_purchases import collect_purchases
from onecard.purchases.types import PinCheck
from onecard.reports.actions.send_report import send_report
from onecard.reports.actions.subscribe import subscribe
from onecard.reports.models import Subscription
from onecard.reports.types import ReportOutcome
from onecard.settlement.actions.ask_correction import ask_correction
from onecard.settlement.tests import office as office_of_settlement
from onecard.settlement.types import CorrectionOutcome
from onecard.terminals.actions.publish_parameters import ParametersOutcome, publish_parameters
from onecard.workdays.actions.set_days import set_days
from tests import world as cast
from tests.serving import free_port
from tests.world import DAY, NOON, World

NEXT = DAY + timedelta(days=1)
NOON_NEXT = NOON + timedelta(days=1)
PASSWORD = "Correct-Horse-7"
OPERATORS = {
    "outsider": (),
    "auditor": (Post.AUDITOR,),
    "clerk": (Post.CARD_CLERK,),
    "settlement": (Post.SETTLEMENT_CLERK,),
    "admin": (Post.SYSTEM_ADMINISTRATOR,),
    "security": (Post.SECURITY_ADMINISTRATOR,),
}
"""Operators by name with their posts; the outsider has none and is refused everywhere."""


def populate(world: World) -> None:
    """Day one: two purchases, a conflict, a gap; sealed. Day two, open: three purchases, one of them late, and one declined."""
    first = [world.record(1), world.record(2, who="wang", amount_fen=2_050), world.record(4, who="chen", terminal="shop")]
    collect_purchases(first, received_at=NOON)
    collect_purchases([world.record(1, amount_fen=999)], received_at=NOON)
    with clock.at(NOON + timedelta(hours=10)):
        cast.close_day(world, DAY, next_date=NEXT)
    later = [
        world.record(5, who="lin", amount_fen=1_234, occurred_at=NOON_NEXT),
        world.record(6, who="wang", amount_fen=1_500, occurred_at=NOON_NEXT + timedelta(hours=1)),
        world.record(7, who="chen", amount_fen=700, terminal="shop", occurred_at=NOON),
    ]
    collect_purchases(later, received_at=NOON_NEXT + timedelta(hours=2))
    with clock.at(NOON_NEXT), tempfile.TemporaryDirectory() as folder:
        open_card_office(Path(folder))
    tell_terminals()
    banks.hand_in(world, [banks.said(880_001), banks.said(880_002, "wang", 3_000)], day=NEXT)
    subsidies.prepared(world, ("lin", "100"), ("wang", "50"), ("nobody", "1"), terms=subsidies.COLLECTED)
    authorise_purchases([world.record(8, who="lost", occurred_at=NOON_NEXT)], pins=[PinCheck.NOT_GIVEN], received_at=NOON_NEXT)


def open_card_office(folder: Path) -> None:
    """A box of blanks, a slip on its way, a job of three cards, two of them at desk A, one handed out; a test card."""
    job_id = office.make_cards(office.freshmen(3), journal=folder / "journal")
    hand_out_id, numbers = office.open_desks(job_id, at_first=2)
    hand_out_card(office.DESK_CLERK, numbers[0], hand_out_id=hand_out_id, desk="A")
    office.send_blanks(20)
    list_leavers(office.MAKER, "Class of 2026", person_ids=office.freshmen(1, first=9))
    with clock.at(NOON_NEXT.replace(year=2029)):
        list_unclaimed(office.MAKER, "Nobody asked for three years")
    register_test_card(office.MAKER, 4_242, purpose="New terminals")


def see_off() -> None:
    """Gao, who has left, is cancelled and refunded into a bank account."""
    personnel, gao = Actor.system("personnel"), Person.objects.get(full_name="Gao")
    listed = list_leavers(personnel, "Left in summer", person_ids=[gao.pk])
    assert listed.batch_id is not None
    with clock.at(NOON_NEXT - timedelta(days=4)):
        freeze_leavers(personnel, listed.batch_id)
    enter_bank_account(personnel, gao.pk, holder="", bank="ICBC", account_no="6222 0000 0000 4567")
    with clock.at(NOON_NEXT):
        cancel_leavers(personnel, listed.batch_id)
        due = due_refunds(listed.batch_id)
        paid = pay_refunds(personnel, listed.batch_id, total_fen=due.total_fen, newest_account_at=due.newest_account_at)
    assert paid is LeaverOutcome.DONE


def issue() -> None:
    """A numbered paper, twice: the second time corrected."""
    with clock.at(NOON_NEXT), transaction.atomic():
        clerk = Actor.system("clerk")
        issue_paper(clerk, SLIP, subject="2026-09-01", content=content(bank="ICBC"))
        issue_paper(clerk, SLIP, subject="2026-09-01", content=content(), correction="another bank")


def tell_terminals() -> None:
    """Parameters for all terminals, in force since the first day."""
    content = {"heartbeat_s": 60, "meal_periods": [{"name": "Lunch", "starts_at_min": 630, "ends_at_min": 810}]}
    since = NOON.isoformat()
    outcome = publish_parameters(Actor.system("terms"), "all", content=content, effective_from=since, reason="a new term")
    assert outcome is ParametersOutcome.DONE


def work_at_the_counter(world: World) -> None:
    """A float, a deposit, a shift that a second person closed, its cash on the way to finance; and another shift that is open."""
    system = Actor.system("personnel")
    with clock.at(NOON_NEXT):
        anniversary = DAY + timedelta(days=14)
        set_days(system, anniversary, last=anniversary, is_workday=False, reason="anniversary")
    with clock.at(NOON_NEXT.replace(hour=2)):  # 10 o'clock on campus: deposits are taken
        register_till(system, "W1", name="Window 1")
        fill_till(system, "W1", amount_fen=10_000, number=1)
        create_operator(system, "second", full_name="Second", password=PASSWORD, must_change_password=False)
        assign_posts(system, "second", posts=[Post.CARD_CLERK])
        clerk, second = (Actor.of(Operator.objects.get(username=name)) for name in ("clerk", "second"))
        shift_id = open_shift(clerk, "W1", float_fen=10_000).shift_id or 0
        take_deposit(clerk, world.people["chen"], amount_fen=5_000, request_key=uuid.uuid4())
        count_drawer(clerk, shift_id, pieces={"5000": 3})
        close_shift(second, shift_id, kept_float_fen=10_000)
        assert hand_over_cash(second).outcome is HandoverOutcome.DONE
        assert open_shift(clerk, "W1", float_fen=10_000).outcome is ShiftOutcome.DONE


def appoint() -> None:
    """Create the operators."""
    actor = Actor.system("personnel")
    for name, posts in OPERATORS.items():
        created = create_operator(actor, name, full_name=name.title(), password=PASSWORD, must_change_password=False)
        assert created is AccessOutcome.DONE
        assign_posts(actor, name, posts=posts)


def limit() -> None:
    """The machine room's operators, of whom there is none, are limited to daytime."""
    limits = Limits(opens_at=time(6), closes_at=time(23))
    assert limit_post(Actor.system("personnel"), Post.ROOM_OPERATOR, limits=limits) is AccessOutcome.DONE


def set_a_policy() -> None:
    """The replacement fee is dearer from the second day on."""
    with clock.at(NOON):
        done = set_policy(
            Actor.system("director"),
            "cards.replacement_fee_fen",
            value=2_000,
            effective_from=NEXT.isoformat(),
            reason="dearer cards",
        )
    assert done is PolicyOutcome.DONE


def end_month() -> None:
    """The month ends with day one, finance's balance is a fen off and explained; a report of it reaches no mail server."""
    system, month = Actor.system("months"), DAY.replace(day=1)
    with clock.at(NOON):
        cutoff = {"value": 1, "effective_from": DAY.isoformat(), "reason": "finance closes on the first"}
        assert set_policy(system, "closing.month_cutoff_day", **cutoff) is PolicyOutcome.DONE  # type: ignore[arg-type]
    books_fen = months.figures_of(months.span_of(month)).books_fen
    with clock.at(NOON_NEXT):
        give_finance_figure(system, month, payable_fen=books_fen - 1)
        items = [{"amount_fen": 1, "reason": "a fen on its way"}]
        reconcile_difference(system, f"{month:%Y-%m}", books_fen=books_fen, finance_fen=books_fen - 1, items=items)
        assert close_month(system, month).outcome is MonthOutcome.DONE
        subscribe(system, "centre", cadence="daily", address="director@example.edu", language="en")
        with patch.dict(os.environ, ONECARD_MAIL_URL=f"mailto://127.0.0.1:{free_port()}?from=card@example.edu"):
            assert send_report(system, Subscription.objects.get().pk) is ReportOutcome.FAILED


def settle() -> None:
    """The canteen's first day is settled and paid, its second is not over; its head asks for a correction."""
    with clock.at(NOON_NEXT + timedelta(hours=2)):
        register_income_unit(office_of_settlement.MAKER, "food", name="Food services")
        office_of_settlement.agree(cycle=Cycle.DAY)
        statement = office_of_settlement.build(last_day=DAY)
        office_of_settlement.bring_to_approval(statement)
        office_of_settlement.pay(statement)
        head = office_of_settlement.staff("hu", "canteen", is_head=True)
        sale = Transfer.objects.filter(kind=TransferKind.PURCHASE, credit_account__payable_to__code="canteen").order_by("pk")[0]
        assert ask_correction(head, sale.pk, amount_fen=100, reason="typed twice") is CorrectionOutcome.DONE


def propose() -> None:
    """The settlement clerk proposes to write off what is held."""
    [held] = HeldRecord.objects.all()
    actor = Actor.of(Operator.objects.get(username="settlement"))
    payload = {"reason": "a test card"}
    outcome = propose_action(
        actor, "purchases.write_off_held_record", subject=str(held.pk), payload=payload, reason="a test card"
    )
    assert outcome is ProposalOutcome.DONE


def deliver_roster() -> int:
    """The student system delivers a roster with somebody new and an error; it waits to be applied."""
    return stage("2026900,Zhao Min,undergraduate,Physics\n2026901,Zhao Min,pope,Physics\n")


def deliver_feed_to_doors() -> None:
    """The door system is told of undergraduates and their cards."""
    actor = Actor.system("doors")
    register_consumer(actor, "door", title="Doors", fields=["full_name", "card_no"], kinds=["undergraduate"])
    deliver_feed(actor, "door")


def stage(lines: str, *, headings: str = "person_no,full_name,kind,unit") -> int:
    """Receive and read a roster of the source `students`; the import's id."""
    actor = Actor.system("student system")
    name_roster_source(actor, "students", title="Student system", kinds=[PersonKind.UNDERGRADUATE])
    file = RosterFile("students.csv", f"{headings}\n{lines}".encode())
    received = receive_roster(actor, "students", file=file, is_full=False)
    assert received.import_id is not None
    for _done, _total in read_whole_roster(actor, received.import_id):
        pass
    return received.import_id
