"""Numbers without holes, versions that name their reason, signatures by different people; and what the database refuses."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connections, transaction

from onecard.access.types import Actor, NotPermitted, Post
from onecard.audit.models import Event
from onecard.kernel import clock
from onecard.papers import queries
from onecard.papers.actions.check_paper import check_paper
from onecard.papers.actions.issue_paper import issue_paper
from onecard.papers.actions.receive_paper import receive_paper
from onecard.papers.models import Paper, Series, Signature
from onecard.papers.tests.samples import RECEIPT, SLIP, content, operator
from onecard.papers.types import Issued, IssueOutcome, SignOutcome
from tests.parallel import at_once
from tests.refused import refusal
from tests.world import DAY, NOON, broken_invariants

CLERK = Actor.system("clerk")


def issue(subject: str, *, bank: str = "中国银行", dated: date = DAY, correction: str = "", actor: Actor = CLERK) -> Issued:
    with transaction.atomic():
        return issue_paper(actor, SLIP, subject=subject, dated=dated, content=content(bank=bank), correction=correction)


def test_numbers_count_by_kind_and_year(db: None) -> None:
    next_year = DAY.replace(year=2027)
    numbers = [issue(subject, dated=dated).number for subject, dated in (("a", DAY), ("b", DAY), ("c", next_year), ("d", DAY))]
    assert numbers == ["TS-2026-000001", "TS-2026-000002", "TS-2027-000001", "TS-2026-000003"]
    with clock.at(NOON), transaction.atomic():
        receipt = issue_paper(CLERK, RECEIPT, subject="1", content={"head": {"name": "张伟", "amount_fen": 5_000}})
    paper = Paper.objects.get(pk=receipt.paper_id)
    assert (paper.number, paper.dated, paper.made_at, paper.made_by) == ("TR-2026-000001", DAY, NOON, "clerk")
    assert broken_invariants() == {}


def test_the_same_again_is_the_same_paper(db: None) -> None:
    first, again = issue("a"), issue("a")
    assert again == Issued(IssueOutcome.REPEATED, first.paper_id, "TS-2026-000001", 1)
    assert issue("a", correction="no need").outcome is IssueOutcome.REPEATED
    assert Paper.objects.count() == Series.objects.get().last_no == 1


def test_other_content_needs_a_reason_and_is_the_next_version(db: None) -> None:
    first = issue("a")
    assert issue("a", bank="ICBC") == Issued(IssueOutcome.REFUSED_ISSUED, first.paper_id, "TS-2026-000001", 1)
    assert issue("b", correction="typo") == Issued(IssueOutcome.REFUSED_NOTHING_TO_CORRECT, 0, "", 0)
    second = issue("a", bank="ICBC", correction=" typo ")
    assert (second.outcome, second.number, second.version) == (IssueOutcome.DONE, "TS-2026-000001", 2)
    paper = Paper.objects.get(pk=second.paper_id)
    assert (str(paper), paper.replaces_id, paper.correction) == ("TS-2026-000001/2", first.paper_id, "typo")
    assert Paper.objects.get(pk=first.paper_id).is_replaced
    assert queries.paper_of(SLIP, "a") == paper
    assert queries.paper_of(RECEIPT, "a") is None
    assert issue("c").number == "TS-2026-000002"
    assert broken_invariants() == {}


def test_a_paper_is_intact_as_long_as_it_says_what_it_said(db: None) -> None:
    paper = Paper.objects.get(pk=issue("a").paper_id)
    assert queries.is_intact(paper)
    paper.content["head"]["bank"] = "another"
    assert not queries.is_intact(paper)


def test_a_paper_needs_its_transaction(own_database: str) -> None:
    with pytest.raises(RuntimeError, match="in the transaction"):
        issue_paper(CLERK, SLIP, subject="a", content={})


def test_eight_at_once_with_rollbacks_leave_no_hole(own_database: str) -> None:
    """Each of eight issues five of its own and one that all want; every third is rolled back."""

    def work(who: int) -> list[str]:
        kept = []
        for at in range(6):
            subject = "wanted by all" if at == 3 else f"{who}/{at}"
            with transaction.atomic():
                issued = issue_paper(CLERK, SLIP, subject=subject, dated=DAY, content=content(bank=subject))
                if at % 3 == 2:
                    transaction.set_rollback(True)
                else:
                    kept.append(issued.number)
        return kept

    numbers = {number for kept in at_once([lambda who=who: work(who) for who in range(8)]) for number in kept}  # type: ignore[misc]
    assert sorted(numbers) == [f"TS-2026-{at:06d}" for at in range(1, 8 * 3 + 2)]
    assert broken_invariants() == {}


def test_two_corrections_at_once_make_one_version(own_database: str) -> None:
    issue("a")
    outcomes = at_once([lambda: issue("a", bank="ICBC", correction="typo").outcome] * 4)
    assert sorted(outcome.name for outcome in outcomes) == ["DONE", "REPEATED", "REPEATED", "REPEATED"]
    assert broken_invariants() == {}


def test_maker_checker_and_receiver_are_three(db: None) -> None:
    maker, checker = operator("maker", Post.SETTLEMENT_CLERK), operator("checker", Post.SETTLEMENT_CLERK)
    finance, other = operator("finance", Post.FINANCE), operator("other", Post.FINANCE)
    first = issue("a", actor=maker).paper_id
    assert check_paper(maker, first) is SignOutcome.REFUSED_OWN
    assert check_paper(checker, first) is SignOutcome.DONE
    assert check_paper(checker, first) is SignOutcome.REPEATED
    assert check_paper(finance, first) is SignOutcome.REFUSED_SIGNED
    assert receive_paper(finance, first) is SignOutcome.DONE
    assert receive_paper(other, first) is SignOutcome.REFUSED_SIGNED
    with pytest.raises(NotPermitted):
        receive_paper(checker, first)
    assert issue("a", bank="ICBC", correction="typo", actor=maker).version == 2
    assert check_paper(other, first) is SignOutcome.REFUSED_REPLACED
    assert list(Signature.objects.order_by("pk").values_list("role", "signed_by")) == [
        ("checked", "checker"),
        ("received", "finance"),
    ]
    assert Event.objects.filter(action="papers.check_paper", subject=str(first), outcome="DONE").count() == 1
    assert broken_invariants() == {}


def test_a_receipt_asks_for_no_signature(db: None) -> None:
    with transaction.atomic():
        issued = issue_paper(CLERK, RECEIPT, subject="1", content={})
    assert check_paper(operator("checker", Post.FINANCE), issued.paper_id) is SignOutcome.REFUSED_NOT_ASKED


INSUFFICIENT_PRIVILEGE, APPEND_ONLY = "42501", "OC004"


@pytest.mark.parametrize(
    "statement",
    [
        "insert into papers_paper select * from papers_paper",
        "update papers_paper set digest = ''",
        "delete from papers_paper",
        "truncate papers_paper cascade",
        "insert into papers_series (kind, year, last_no) values ('x', 2026, 1)",
        "update papers_series set last_no = 7",
        "update papers_signature set role = 'checked'",
        "delete from papers_signature",
    ],
)
def test_the_application_changes_no_paper(db: None, statement: str) -> None:
    assert refusal(statement) == INSUFFICIENT_PRIVILEGE


@pytest.mark.parametrize("table", ["papers_paper", "papers_signature"])
def test_the_owner_changes_none_either(own_database: str, table: str) -> None:
    for statement in (f"update {table} set id = id", f"delete from {table}", f"truncate {table} cascade"):
        assert refusal(statement, alias="owner") == APPEND_ONLY
    connections["owner"].close()


def test_the_database_keeps_signatures_apart(db: None) -> None:
    checker = operator("checker", Post.FINANCE)
    paper = Paper.objects.get(pk=issue("a").paper_id)
    signature = {"paper": paper, "operator_id": checker.operator_id, "signed_by": "checker", "signed_at": NOON}
    Signature.objects.create(role="checked", **signature)
    with pytest.raises(IntegrityError, match="nobody_signs_a_paper_twice"), transaction.atomic():
        Signature.objects.create(role="received", **signature)
    with pytest.raises(IntegrityError, match="signed_once_as_this"), transaction.atomic():
        Signature.objects.create(role="checked", **signature | {"operator_id": operator("b", Post.FINANCE).operator_id})


def test_a_hole_is_found(own_database: str) -> None:
    issue("a")
    with connections["owner"].cursor() as cursor:
        cursor.execute("update papers_series set last_no = 2")
    assert set(broken_invariants()) == {"numbers_have_no_holes"}
    connections["owner"].close()


def test_later_corrections_stay_in_the_series_of_the_first(db: None) -> None:
    issue("a")
    moved = issue("a", dated=DAY + timedelta(days=366), correction="wrong year")
    assert (moved.number, moved.version) == ("TS-2026-000001", 2)
    assert broken_invariants() == {}
