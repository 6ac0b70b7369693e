"""The day report: the same paper each time, as text and as Excel."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation
from python_calamine import CalamineWorkbook

from onecard.cards.charges import charge_fee, take_deposit
from onecard.closing import queries
from onecard.closing.actions.close_day import close_day
from onecard.closing.models import DayReport
from onecard.closing.report import report_sheet
from onecard.closing.report_text import report_text
from onecard.kernel import clock
from onecard.ledger.actions.post_transfers import post_transfers
from onecard.ledger.types import Entry, Subject, TransferKind
from onecard.merchants.models import Merchant
from onecard.papers.excel import excel_of
from onecard.papers.pdf import pdf_of
from onecard.papers.sheet import text_width
from onecard.purchases.actions.authorise_purchases import authorise_purchases
from onecard.purchases.actions.collect_purchases import collect_purchases
from onecard.purchases.actions.reverse_purchases import reverse_purchases
from tests.pdfs import lines_of
from tests.world import DAY, NOON, UNKNOWN_CARD, World, card

GOLDEN = Path(__file__).parent / "day_report.txt"


@pytest.fixture
def report(world: World) -> DayReport:
    """A day with two merchants, a held record, a gap, a loss that the centre bears, and a reversed purchase."""
    records = [world.record(seq, amount_fen=100 * seq) for seq in (1, 2, 3, 6)]
    records += [world.record(1, terminal="shop", who="wang"), world.record(2, terminal="shop", who=UNKNOWN_CARD)]
    records += [world.record(3, terminal="shop", who="lost", blacklist_version=1_000_000)]
    collect_purchases(records, received_at=NOON)
    taken_back = [world.record(4, terminal="shop", who="chen", amount_fen=450)]
    authorise_purchases(taken_back, received_at=NOON)
    reverse_purchases(taken_back, received_at=NOON)
    with clock.at(NOON):
        close_day(world.cast.clerk, DAY)
    found = queries.report_of(DAY)
    assert found is not None
    return found


def test_text_is_the_golden_one(report: DayReport) -> None:
    text = report_text(report, seal=report.seal)
    # Moments of booking and keys are of this run; what follows from them is told by its length.
    told = re.sub(r"\b[0-9a-f]{16,}\b", lambda found: f"<{len(found[0])} hex digits>", text)
    assert told == GOLDEN.read_text(encoding="utf-8")


def test_text_is_the_same_each_time(report: DayReport) -> None:
    again = queries.report_of()
    assert again is not None
    assert report_text(again, seal=again.seal) == report_text(report, seal=report.seal)
    assert queries.report_of(date(2020, 1, 1)) is None


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_columns_line_up_in_both_languages(report: DayReport, language: str) -> None:
    figures = report.figures
    figures["takings"][0]["merchant_name"] = "第一学生食堂"
    with translation.override(language):
        text = report_text(report, seal=report.seal)
    [_, table] = re.split(r"\n(?=[^\n]+\n-+\n[^\n]+\n-+\n[^\n]*canteen)", text, maxsplit=1)
    body = table.split("\n\n")[0].splitlines()[1:]
    assert {text_width(line) for line in body} == {text_width(body[0])}


def test_excel_reads_back(report: DayReport) -> None:
    content = excel_of(report_sheet(report, seal=report.seal))
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    by_terminal = book.get_sheet_by_name("Takings by terminal").to_python()
    assert by_terminal[2:5] == [
        ["Terminal", "Merchant", "Purchases", "Reversals", "Amount"],
        ["plain", "canteen", 4.0, 0.0, 12.0],
        ["shop", "shop", 3.0, 1.0, 20.0],
    ]
    assert [report.seal.root] == [row[1] for row in book.get_sheet_by_index(0).to_python() if row[0] == "Merkle root"]
    assert content == excel_of(report_sheet(report, seal=report.seal))


def test_the_pdf_carries_the_root(report: DayReport, tmp_path: Path) -> None:
    with translation.override("zh-hans"):
        text = "".join("".join(lines_of(pdf_of(report_sheet(report, seal=report.seal)), folder=tmp_path)).split())
    assert "日结报表" in text
    assert report.report_no in text
    assert report.seal.root in text
    assert bytes(report.seal.signature).hex() in text


def test_a_report_of_before_there_were_reversals_is_still_printed(report: DayReport) -> None:
    for line in report.figures["takings"]:
        del line["reversals"]
    assert "Takings by terminal" in report_text(report, seal=report.seal)


def test_a_name_that_looks_like_a_formula_stays_text(world: World) -> None:
    Merchant.objects.filter(code="canteen").update(name='=HYPERLINK("http://example.org")')
    collect_purchases([world.record(1)])
    close_day(world.cast.clerk, DAY)
    found = queries.report_of(DAY)
    assert found is not None
    book = CalamineWorkbook.from_filelike(io.BytesIO(excel_of(report_sheet(found, seal=found.seal))))
    assert book.get_sheet_by_name("Takings by merchant").to_python()[3][1] == '=HYPERLINK("http://example.org")'


def test_what_a_job_reverses_is_no_reversal_at_a_till(world: World) -> None:
    """A leaver's refund that failed is reversed under minus its number as well."""
    paid = Entry(world.job, 77, TransferKind.LEAVER_REFUND, world.cash["lin"], world.bank, 100, NOON)
    back = Entry(world.job, -77, TransferKind.REVERSAL, world.bank, world.cash["lin"], 100, NOON)
    post_transfers([paid, back])
    close_day(world.cast.clerk, DAY)
    assert DayReport.objects.get().figures["takings"] == []


def test_card_fees_and_deposits_stand_on_the_report_of_their_day(world: World) -> None:
    lin, wang = card("lin"), card("wang")
    charge_fee(lin, 1_500)
    wang.deposit_fen = 2_000
    take_deposit(wang)
    with clock.at(NOON):
        close_day(world.cast.clerk, DAY)
    report = queries.report_of(DAY)
    assert report is not None
    kinds = {line["kind"]: (line["transfers"], line["sum_fen"]) for line in report.figures["kinds"]}
    assert (kinds[TransferKind.CARD_FEE], kinds[TransferKind.CARD_DEPOSIT]) == ((1, 1_500), (1, 2_000))
    subjects = {line["subject"]: line["closing_fen"] for line in report.figures["subjects"]}
    assert (subjects[Subject.CARD_FEES], subjects[Subject.CARD_DEPOSITS]) == (1_500, 2_000)
    moved = {line["kind"]: line["left_fen"] for line in report.figures["purses"]["movements"]}
    assert (moved[TransferKind.CARD_FEE], moved[TransferKind.CARD_DEPOSIT]) == (1_500, 2_000)
