"""Papers of the room: what became of a bank's file; who gets a subsidy, and what became of a batch of them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from onecard.access.types import Actor
from onecard.funding.models import BankFile, BankLine, SubsidyBatch
from onecard.funding.queries import found_in, grants_of
from onecard.funding.types import BankFinding, GrantForm, GrantState, LineState
from onecard.papers.actions.issue_paper import issue_paper
from onecard.papers.kinds import declare
from onecard.papers.types import CellKind, Field, PaperKind, Role, Table

MOST_DIFFERENCES = 5_000
"""So many differences stand on the paper, by the bank's numbers; the head says how many there are in all."""
_FINDINGS = {finding.value: finding.label for finding in BankFinding}
_STATES = {state.value: state.label for state in LineState}

BANK_PAPER = declare(
    PaperKind(
        name="funding.bank_file",
        prefix="YH",
        title=_("Result of a bank file"),
        head=(
            Field("file", _("file")),
            Field("bank", _("bank")),
            Field("day", _("day"), CellKind.DATE),
            Field("lines", _("lines"), CellKind.COUNT),
            Field("total_fen", _("total"), CellKind.FEN),
            Field("differences", _("differences"), CellKind.COUNT),
            Field("digest", _("digest of the file")),
        ),
        tables=(
            Table(
                "results",
                _("Results"),
                (
                    Field("finding", _("result"), words=_FINDINGS),
                    Field("state", _("state"), words=_STATES),
                    Field("lines", _("lines"), CellKind.COUNT, is_summed=True),
                    Field("amount_fen", _("amount at the bank"), CellKind.FEN, is_summed=True),
                    Field("booked_fen", _("booked here"), CellKind.FEN, is_summed=True),
                ),
            ),
            Table(
                "differences",
                _("Differences"),
                (
                    Field("line", _("line"), CellKind.COUNT),
                    Field("reference", _("reference number")),
                    Field("person_no", _("person's number")),
                    Field("full_name", _("full name")),
                    Field("finding", _("result"), words=_FINDINGS),
                    Field("amount_fen", _("amount at the bank"), CellKind.FEN),
                    Field("booked_fen", _("booked here"), CellKind.FEN),
                ),
            ),
        ),
        signatures=(Role.CHECKED, Role.RECEIVED),
    )
)

_FORMS = {form.value: form.label for form in GrantForm}
_GRANT_STATES = {state.value: state.label for state in GrantState}
_BATCH_HEAD = (
    Field("batch", _("batch of subsidies")),
    Field("form", _("how it is granted"), words=_FORMS),
    Field("ends_on", _("last day"), CellKind.DATE),
    Field("people", _("people"), CellKind.COUNT),
    Field("total_fen", _("total"), CellKind.FEN),
)

SUBSIDY_LIST = declare(
    PaperKind(
        name="funding.subsidy_list",
        prefix="BZ",
        title=_("List of subsidies"),
        head=(*_BATCH_HEAD, Field("digest", _("digest of the list"))),
        tables=(
            Table(
                "grants",
                "",
                (
                    Field("person_no", _("person's number")),
                    Field("full_name", _("full name")),
                    Field("unit", _("unit")),
                    Field("amount_fen", _("amount"), CellKind.FEN, is_summed=True),
                ),
            ),
        ),
        signatures=(Role.CHECKED, Role.RECEIVED),
    )
)
SUBSIDY_RESULT = declare(
    PaperKind(
        name="funding.subsidy_result",
        prefix="BJ",
        title=_("Result of a batch of subsidies"),
        head=_BATCH_HEAD,
        tables=(
            Table(
                "states",
                "",
                (
                    Field("state", _("state"), words=_GRANT_STATES),
                    Field("people", _("people"), CellKind.COUNT, is_summed=True),
                    Field("amount_fen", _("amount"), CellKind.FEN, is_summed=True),
                    Field("taken_back_fen", _("taken back"), CellKind.FEN, is_summed=True),
                ),
            ),
        ),
        signatures=(Role.CHECKED, Role.RECEIVED),
    )
)


def issue_bank_paper(actor: Actor, kept: BankFile) -> None:
    """对账单: what the file came to, in the transaction that books it."""
    differences = BankLine.objects.filter(file=kept, state=LineState.HELD)
    head = {
        "file": kept.file_name,
        "bank": kept.source.name,
        "day": kept.day,
        "lines": kept.lines_total,
        "total_fen": kept.total_fen,
        "differences": differences.count(),
        "digest": bytes(kept.digest).hex(),
    }
    results = [
        {
            "finding": one.finding,
            "state": one.state,
            "lines": one.lines,
            "amount_fen": one.amount_fen,
            "booked_fen": one.booked_fen,
        }
        for one in found_in(kept.pk)
    ]
    tables = {"results": results, "differences": [_line(line) for line in differences.order_by("reference")[:MOST_DIFFERENCES]]}
    issue_paper(actor, BANK_PAPER, subject=str(kept.pk), content={"head": head, "tables": tables}, dated=kept.day)


def _line(line: BankLine) -> dict[str, Any]:
    return {
        "line": line.line,
        "reference": str(line.reference),
        "person_no": line.person_no,
        "full_name": line.full_name,
        "finding": line.finding,
        "amount_fen": line.amount_fen,
        "booked_fen": line.booked_fen,
    }


def issue_subsidy_list(actor: Actor, batch: SubsidyBatch) -> None:
    """补助发放名单: who gets how much, in the transaction that grants it."""
    grants = batch.grants.filter(problem="").select_related("person").order_by("line")
    lines = [
        {
            "person_no": one.person_no,
            "full_name": one.person.full_name if one.person else "",
            "unit": one.person.unit if one.person else "",
            "amount_fen": one.amount_fen,
        }
        for one in grants
    ]
    content = {"head": {**_head(batch), "digest": bytes(batch.digest).hex()}, "tables": {"grants": lines}}
    issue_paper(actor, SUBSIDY_LIST, subject=str(batch.pk), content=content)


def issue_subsidy_result(actor: Actor, batch: SubsidyBatch) -> None:
    """补助结果表: what became of everybody's part, in the transaction that ends the batch."""
    states = [
        {"state": one.state, "people": one.people, "amount_fen": one.amount_fen, "taken_back_fen": one.taken_back_fen}
        for one in grants_of(batch.pk)
        if one.state != GrantState.LEFT_OUT
    ]
    issue_paper(actor, SUBSIDY_RESULT, subject=str(batch.pk), content={"head": _head(batch), "tables": {"states": states}})


def _head(batch: SubsidyBatch) -> dict[str, Any]:
    return {
        "batch": str(batch),
        "form": batch.form,
        "ends_on": batch.ends_on,
        "people": batch.people,
        "total_fen": batch.total_fen,
    }
