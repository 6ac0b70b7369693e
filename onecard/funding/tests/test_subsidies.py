"""Batches of subsidies: checked, granted by two people, collected, ended, taken back; counts and sums agree at every step."""

from __future__ import annotations

import dataclasses
import io
from datetime import date, timedelta

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from onecard.access.types import NotPermitted
from onecard.funding import rules
from onecard.funding.actions.check_batch import check_batch
from onecard.funding.actions.collect_subsidies import collect_subsidies
from onecard.funding.actions.discard_batch import discard_batch
from onecard.funding.actions.end_batch import end_batch
from onecard.funding.actions.grant_batch import grant_batch
from onecard.funding.actions.import_subsidies import import_subsidies
from onecard.funding.actions.subsidise_group import subsidise_group
from onecard.funding.actions.take_back_subsidies import take_back_subsidies
from onecard.funding.models import SubsidyBatch, SubsidyGrant
from onecard.funding.papers import SUBSIDY_LIST, SUBSIDY_RESULT
from onecard.funding.policy_previews import most_subsidy, subsidy_end_days
from onecard.funding.queries import grants_of
from onecard.funding.tests.subsidies import (
    AFTER_END,
    AT_ONCE,
    BOSS,
    COLLECTED,
    END,
    TAKES_BACK,
    batch_of,
    grant,
    granted,
    number,
    prepared,
    states,
    table,
)
from onecard.funding.types import BatchState, Collected, GrantForm, GrantProblem, SubsidyOutcome, Terms
from onecard.kernel import clock
from onecard.ledger import queries as ledger
from onecard.papers.queries import paper_of
from onecard.people.actions.mark_left import mark_left
from onecard.people.models import Person
from onecard.people.types import DeliveredFile, PersonKind
from onecard.policies.previews import Term
from tests.world import DAY, NOON, World, broken_invariants, collect

DONE, REPEATED = SubsidyOutcome.DONE, SubsidyOutcome.REPEATED


def purse(world: World, who: str) -> int:
    account = Person.objects.get(pk=world.people[who]).subsidy_account_id
    return 0 if account is None else ledger.balance_of(account)


def receivable(world: World) -> int:
    return ledger.balance_of(world.subsidy_receivable)


FACTS = rules.GrantFacts("2026", is_known=True, has_left=False, is_named_before=False, amount_fen=500, most_fen=500)
WORST = {"is_known": False, "has_left": True, "is_named_before": True, "amount_fen": None}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"person_no": "", **WORST}, GrantProblem.NO_NUMBER),
        (WORST, GrantProblem.UNKNOWN),
        ({**WORST, "is_known": True}, GrantProblem.LEFT),
        ({"is_named_before": True, "amount_fen": None}, GrantProblem.TWICE),
        ({"amount_fen": None}, GrantProblem.BAD_AMOUNT),
        ({"amount_fen": 0}, GrantProblem.BAD_AMOUNT),
        ({"amount_fen": -1}, GrantProblem.BAD_AMOUNT),
        ({"amount_fen": 501}, GrantProblem.OVER_CAP),
    ],
)
def test_a_line_of_a_list(changes: dict[str, object], expected: GrantProblem | None) -> None:
    assert rules.problem_with(dataclasses.replace(FACTS, **changes)) is expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("amount_fen", "later_fen", "balance_fen", "left_fen"),
    [
        (500, 0, 500, 500),
        (500, 0, 200, 200),
        (500, 0, 900, 500),
        (500, 300, 800, 500),
        (500, 300, 350, 50),
        (500, 300, 300, 0),
        (500, 300, 100, 0),
        (500, 0, 0, 0),
    ],
)
def test_what_is_left_of_a_grant(amount_fen: int, later_fen: int, balance_fen: int, left_fen: int) -> None:
    assert rules.unspent(amount_fen=amount_fen, later_fen=later_fen, balance_fen=balance_fen) == left_fen


@given(grants=st.lists(st.integers(1, 50), min_size=1, max_size=6), spent=st.integers(0, 400))
def test_the_oldest_money_is_spent_first(grants: list[int], spent: int) -> None:
    """Against a model that spends coin by coin from the oldest grant on."""
    left = list(grants)
    for _coin in range(min(spent, sum(grants))):
        left[next(at for at, some in enumerate(left) if some)] -= 1
    found = [
        rules.unspent(amount_fen=amount, later_fen=sum(grants[at + 1 :]), balance_fen=sum(left))
        for at, amount in enumerate(grants)
    ]
    assert found == left


def taking(**changes: object) -> SubsidyOutcome:
    usual = rules.TakeBackFacts(BatchState.GRANTED, False, True, True, DAY, DAY + timedelta(days=1))
    return rules.judge_taking_back(dataclasses.replace(usual, **changes))  # type: ignore[arg-type]


def test_when_money_is_taken_back() -> None:
    assert taking() is DONE
    assert taking(state=BatchState.ENDED, names_people=True, all_are_in_it=False) is SubsidyOutcome.REFUSED_STATE
    assert taking(names_people=True, all_are_in_it=False, takes_back=False) is SubsidyOutcome.REFUSED_UNKNOWN_PERSON
    assert taking(names_people=True, takes_back=False, today=DAY) is DONE
    assert taking(takes_back=False, today=DAY) is SubsidyOutcome.REFUSED_STATE
    assert taking(today=DAY) is SubsidyOutcome.REFUSED_NOT_OVER


@pytest.mark.parametrize(
    ("state", "today", "has_to_take_back", "expected"),
    [
        (BatchState.GRANTED, DAY + timedelta(days=1), False, DONE),
        (BatchState.ENDED, DAY, True, REPEATED),
        (BatchState.CHECKED, DAY, True, SubsidyOutcome.REFUSED_STATE),
        (BatchState.GRANTED, DAY, True, SubsidyOutcome.REFUSED_NOT_OVER),
        (BatchState.GRANTED, DAY + timedelta(days=1), True, SubsidyOutcome.REFUSED_TAKE_BACK_FIRST),
    ],
)
def test_when_a_batch_ends(state: BatchState, today: date, has_to_take_back: bool, expected: SubsidyOutcome) -> None:
    assert rules.judge_ending(state=state, ends_on=DAY, today=today, has_to_take_back=has_to_take_back) is expected


def test_a_list_is_checked_line_by_line(world: World) -> None:
    mark_left(BOSS, world.people["gao"], left_on=DAY, reason="left")
    lines = [
        ("lin", "120.50"),
        ("nobody", "10"),
        ("gao", "10"),
        ("lin", "10"),
        ("wang", "ten"),
        ("chen", "2000.01"),
        ("wang", "5"),
    ]
    batch = SubsidyBatch.objects.get(pk=batch_of(world, *lines))
    problems = list(batch.grants.order_by("line").values_list("problem", flat=True))
    assert problems == ["", "unknown", "left", "twice", "bad_amount", "over_cap", ""]
    assert (batch.people, batch.total_fen, batch.state) == (2, 12_550, BatchState.CHECKED)
    assert purse(world, "wang") == 0
    assert broken_invariants() == {}


def excel(*rows: tuple[object, ...]) -> DeliveredFile:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return DeliveredFile("list.xlsx", file.getvalue())


def test_excel_amounts_are_exact_and_numbers_are_texts(world: World) -> None:
    rows = (
        ("学工号", "姓名", "金额"),
        (number("lin"), "Lin", 0.29),
        (number("wang"), "Wang", 0.305),
        (int(number("chen")), "Chen", 5),
    )
    with clock.at(NOON):
        batch_id = import_subsidies(world.cast.clerk, "Excel", file=excel(*rows), terms=AT_ONCE).batch_id
    found = list(SubsidyGrant.objects.filter(batch_id=batch_id).order_by("line").values_list("amount_fen", "problem"))
    assert found == [(29, ""), (None, "bad_amount"), (500, "no_number")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "bytes"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "old kind"),
        ("学工号,姓名\n1,2\n".encode(), "金额"),
        ("学工号,金额,金额\n1,2,3\n".encode(), "金额"),
        ("学工号,金额\n".encode() + b"1,2\n" * 10_001, "10,000"),
        (b"PK\x03\x04 torn", "damaged"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_in_words(world: World, content: bytes, words: str) -> None:
    found = import_subsidies(world.cast.clerk, "Bad", file=DeliveredFile("bad.csv", content), terms=AT_ONCE)
    assert found.outcome is SubsidyOutcome.REFUSED_FILE
    assert words in found.what
    assert SubsidyBatch.objects.count() == 0


def test_the_same_list_comes_once_under_a_title(world: World) -> None:
    first = prepared(world, ("lin", "10"))
    assert prepared(world, ("lin", "10")) == dataclasses.replace(first, outcome=REPEATED)
    assert prepared(world, ("lin", "10"), title="October").outcome is DONE
    assert discard_batch(world.cast.clerk, first.batch_id or 0) is DONE
    assert discard_batch(world.cast.clerk, first.batch_id or 0) is REPEATED
    assert prepared(world, ("lin", "10")).outcome is DONE


def test_a_batch_for_nobody_or_after_its_end_is_refused(world: World) -> None:
    assert prepared(world, ("nobody", "10")).outcome is SubsidyOutcome.REFUSED_NOBODY
    over = Terms(GrantForm.AT_ONCE, DAY - timedelta(days=1))
    assert prepared(world, ("lin", "10"), terms=over).outcome is SubsidyOutcome.REFUSED_END


def test_the_policy_says_when_a_batch_ends_unless_it_says_so_itself(world: World) -> None:
    batch_id = batch_of(world, ("lin", "10"), terms=Terms(GrantForm.COLLECTED))
    assert SubsidyBatch.objects.get(pk=batch_id).ends_on == DAY + timedelta(days=180)


def test_a_group_gets_the_same(world: World) -> None:
    mark_left(BOSS, world.people["expired"], left_on=DAY, reason="left")
    with clock.at(NOON):
        kinds = [PersonKind.STAFF, PersonKind.UNDERGRADUATE]
        found = subsidise_group(BOSS, "All", kinds=kinds, unit="Phys", amount_fen=100, terms=AT_ONCE)
        nobody = subsidise_group(BOSS, "None", kinds=[PersonKind.RETIRED], unit="", amount_fen=100, terms=AT_ONCE)
        much = subsidise_group(BOSS, "Much", kinds=kinds, unit="", amount_fen=200_001, terms=AT_ONCE)
    batch = SubsidyBatch.objects.get(pk=found.batch_id or 0)
    assert (batch.people, batch.total_fen) == (7, 700), "all but the graduate and who left"
    assert (nobody.outcome, much.outcome) == (SubsidyOutcome.REFUSED_NOBODY, SubsidyOutcome.REFUSED_AMOUNT)


def test_granting_at_once_pays_everybody_once(world: World) -> None:
    before = receivable(world)
    batch_id = granted(world, ("lin", "10"), ("wang", "20.50"), ("nobody", "1"))
    assert (purse(world, "lin"), purse(world, "wang"), receivable(world) - before) == (4_000, 2_050, 3_050)
    assert grant(batch_id) is REPEATED
    assert receivable(world) - before == 3_050
    paper = paper_of(SUBSIDY_LIST, str(batch_id))
    assert paper is not None
    assert paper.number == "BZ-2026-000001"
    assert [row["amount_fen"] for row in paper.content["tables"]["grants"]] == [1_000, 2_050]
    assert broken_invariants() == {}


@pytest.mark.parametrize("changes", [{"people": 2}, {"total_fen": 1_001}, {"digest": "0" * 64}])
def test_what_was_approved_is_what_is_granted(world: World, changes: dict[str, object]) -> None:
    batch = SubsidyBatch.objects.get(pk=batch_of(world, ("lin", "10")))
    shown = {"people": 1, "total_fen": 1_000, "digest": bytes(batch.digest).hex(), **changes}
    with clock.at(NOON):
        assert grant_batch(BOSS, batch.pk, **shown) is SubsidyOutcome.REFUSED_CHANGED  # type: ignore[arg-type]
    assert purse(world, "lin") == 3_000


def test_who_left_since_the_check_has_it_checked_again(world: World) -> None:
    batch_id = batch_of(world, ("lin", "10"), ("wang", "20"))
    mark_left(BOSS, world.people["wang"], left_on=DAY, reason="left")
    assert grant(batch_id) is SubsidyOutcome.REFUSED_STALE
    assert check_batch(world.cast.clerk, batch_id) is DONE
    assert check_batch(world.cast.clerk, batch_id) is REPEATED
    assert grant(batch_id) is DONE
    assert check_batch(world.cast.clerk, batch_id) is SubsidyOutcome.REFUSED_STATE
    assert discard_batch(world.cast.clerk, batch_id) is SubsidyOutcome.REFUSED_STATE
    assert states(batch_id) == {number("lin"): "granted", number("wang"): "left_out"}


def test_a_batch_is_not_granted_after_its_last_day(world: World) -> None:
    batch = SubsidyBatch.objects.get(pk=batch_of(world, ("lin", "10")))
    with clock.at(AFTER_END):
        outcome = grant_batch(BOSS, batch.pk, people=1, total_fen=1_000, digest=bytes(batch.digest).hex())
    assert outcome is SubsidyOutcome.REFUSED_END


def test_what_is_to_be_collected_is_no_money_before(world: World) -> None:
    before = receivable(world)
    first = granted(world, ("lin", "10"), ("wang", "20"), terms=COLLECTED)
    granted(world, ("wang", "3"), terms=COLLECTED, title="October")
    assert (receivable(world), purse(world, "wang")) == (before, 0)
    with clock.at(NOON):
        assert collect_subsidies(world.cast.clerk, world.people["wang"]) == Collected(DONE, 2, 2_300)
        assert collect_subsidies(world.cast.clerk, world.people["wang"]) == Collected(SubsidyOutcome.REFUSED_NOTHING)
        assert collect_subsidies(world.cast.clerk, world.people["chen"]) == Collected(SubsidyOutcome.REFUSED_NOTHING)
    assert (receivable(world) - before, purse(world, "wang")) == (2_300, 2_300)
    assert states(first) == {number("lin"): "unclaimed", number("wang"): "granted"}
    assert broken_invariants() == {}


def test_after_the_last_day_nothing_is_collected_and_the_batch_ends(world: World) -> None:
    batch_id = granted(world, ("lin", "10"), ("wang", "20"), terms=COLLECTED)
    with clock.at(NOON):
        collect_subsidies(world.cast.clerk, world.people["lin"])
        assert end_batch(world.cast.clerk, batch_id) is SubsidyOutcome.REFUSED_NOT_OVER
    before = receivable(world)
    with clock.at(AFTER_END):
        assert collect_subsidies(world.cast.clerk, world.people["wang"]).outcome is SubsidyOutcome.REFUSED_NOTHING
        assert end_batch(world.cast.clerk, batch_id) is DONE
        assert end_batch(world.cast.clerk, batch_id) is REPEATED
    assert states(batch_id) == {number("lin"): "granted", number("wang"): "lapsed"}
    assert receivable(world) == before
    paper = paper_of(SUBSIDY_RESULT, str(batch_id))
    assert paper is not None
    found = {row["state"]: (row["people"], row["amount_fen"]) for row in paper.content["tables"]["states"]}
    assert found == {"granted": (1, 1_000), "lapsed": (1, 2_000)}
    assert broken_invariants() == {}


def spend(world: World, who: str, amount_fen: int, *, seq: int) -> None:
    collect(world.record(seq, who=who, amount_fen=amount_fen))


def test_what_is_unspent_is_taken_back_never_below_zero(world: World) -> None:
    batch_id = granted(world, ("lin", "10"), ("wang", "20"), ("chen", "30"), terms=TAKES_BACK)
    later = granted(world, ("wang", "5"), title="October")
    spend(world, "lin", 3_400, seq=1)
    spend(world, "wang", 1_200, seq=2)
    spend(world, "chen", 3_900, seq=3)
    with clock.at(NOON):
        assert take_back_subsidies(BOSS, batch_id, person_nos=[]) is SubsidyOutcome.REFUSED_NOT_OVER
    with clock.at(AFTER_END):
        assert end_batch(BOSS, batch_id) is SubsidyOutcome.REFUSED_TAKE_BACK_FIRST
        assert take_back_subsidies(BOSS, later, person_nos=[]) is SubsidyOutcome.REFUSED_STATE, "that one does not say so"
        assert take_back_subsidies(BOSS, batch_id, person_nos=[]) is DONE
        assert take_back_subsidies(BOSS, batch_id, person_nos=[]) is REPEATED
        assert end_batch(BOSS, batch_id) is DONE
    taken = dict(SubsidyGrant.objects.filter(batch_id=batch_id).values_list("person_no", "taken_back_fen"))
    assert taken == {number("lin"): 600, number("wang"): 800, number("chen"): 0}
    assert (purse(world, "lin"), purse(world, "wang"), purse(world, "chen")) == (0, 500, 0)
    assert [(one.state, one.people, one.taken_back_fen) for one in grants_of(batch_id)] == [("taken_back", 3, 1_400)]
    assert broken_invariants() == {}


def test_freshmen_who_never_came_give_back_what_they_were_granted(world: World) -> None:
    batch_id = granted(world, ("lin", "10"), ("wang", "20"), ("chen", "30"))
    spend(world, "wang", 500, seq=1)
    with clock.at(NOON):
        never_came = [number("wang"), number("chen")]
        assert (
            take_back_subsidies(BOSS, batch_id, person_nos=[*never_came, number("gao")]) is SubsidyOutcome.REFUSED_UNKNOWN_PERSON
        )
        assert take_back_subsidies(BOSS, batch_id, person_nos=never_came) is DONE
        assert take_back_subsidies(BOSS, batch_id, person_nos=never_came) is REPEATED
    assert (purse(world, "lin"), purse(world, "wang"), purse(world, "chen")) == (4_000, 0, 0)
    assert states(batch_id) == {number("lin"): "granted", number("wang"): "taken_back", number("chen"): "taken_back"}
    waiting = granted(world, ("lin", "1"), ("chen", "1"), terms=COLLECTED, title="October")
    with clock.at(NOON):
        assert take_back_subsidies(BOSS, waiting, person_nos=[number("chen")]) is DONE
        assert collect_subsidies(BOSS, world.people["chen"]).outcome is SubsidyOutcome.REFUSED_NOTHING
    assert states(waiting) == {number("lin"): "unclaimed", number("chen"): "lapsed"}
    assert broken_invariants() == {}


def test_a_merged_person_keeps_what_waits_and_what_was_granted(world: World) -> None:
    from onecard.cards.actions.merge_people import merge_people

    waits = granted(world, ("gao", "10"), terms=COLLECTED)
    paid = granted(world, ("gao", "7"), terms=TAKES_BACK, title="October")
    merge_people(BOSS, world.people["gao"], into=number("wang"), because="one human")
    assert purse(world, "wang") == 700
    with clock.at(NOON):
        assert collect_subsidies(BOSS, world.people["wang"]).amount_fen == 1_000
    with clock.at(AFTER_END):
        assert take_back_subsidies(BOSS, paid, person_nos=[]) is DONE
    assert purse(world, "wang") == 1_000
    assert states(waits) == {number("gao"): "granted"}
    assert broken_invariants() == {}


def test_previews_say_what_other_numbers_would_have_done(world: World) -> None:
    granted(world, ("lin", "10"), ("wang", "20"), ("chen", "30"), terms=COLLECTED)
    with clock.at(NOON + timedelta(days=40)):
        collect_subsidies(BOSS, world.people["lin"])
    term = Term(DAY, DAY + timedelta(days=100))
    with clock.at(NOON + timedelta(days=60)):
        assert [figure.number for figure in subsidy_end_days(30, term)] == [3, 6_000, 3, 6_000]
        assert [figure.number for figure in subsidy_end_days(50, term)] == [3, 6_000, 2, 5_000]
        assert [figure.number for figure in subsidy_end_days(90, term)] == [3, 6_000, 0, 0]
        assert [figure.number for figure in most_subsidy(1_000, term)] == [2, 5_000]


def test_an_outsider_is_refused_everywhere(world: World) -> None:
    outsider, batch_id = world.cast.outsider, batch_of(world, ("lin", "10"))
    for refused in (
        lambda: import_subsidies(outsider, "x", file=table(), terms=AT_ONCE),
        lambda: subsidise_group(outsider, "x", kinds=[], unit="", amount_fen=1, terms=AT_ONCE),
        lambda: check_batch(outsider, batch_id),
        lambda: discard_batch(outsider, batch_id),
        lambda: grant_batch(outsider, batch_id, people=1, total_fen=1, digest=""),
        lambda: collect_subsidies(outsider, 1),
        lambda: take_back_subsidies(outsider, batch_id, person_nos=[]),
        lambda: end_batch(outsider, batch_id),
    ):
        with pytest.raises(NotPermitted):
            refused()
    assert END > DAY
