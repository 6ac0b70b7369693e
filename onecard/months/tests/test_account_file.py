"""Finance's statement of the account: the balance at the month's end, and every bad line by its number."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
import xlsxwriter

from onecard.kernel.csv_lines import FileRefused
from onecard.months.account_file import read_statement
from onecard.months.actions.import_finance_figure import import_finance_figure
from onecard.months.models import FinanceFigure
from onecard.months.types import FigureOutcome
from tests.world import World

UNTIL = date(2026, 9, 30)
GOOD = """日期,摘要,借方,贷方,余额
2026-09-01,上月结转,,,1000.00
2026/09/15,存款,,"2,500.50",3500.50
2026年09月30日,消费,500.50,0,3000.00
2026-10-01,下月,,1.00,3001.00
,合计,500.50,2501.50,
"""


def balance(text: str, *, encoding: str = "utf-8") -> int:
    statement = read_statement(text.encode(encoding), name="account.csv", until=UNTIL)
    assert statement.problems == ()
    return statement.balance_fen


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_the_balance_is_that_after_the_months_last_line(encoding: str) -> None:
    assert balance(GOOD, encoding=encoding) == 300_000


def test_excel_gives_numbers_and_dates() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page, form = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        for at, heading in enumerate(("date", "debit", "credit", "balance")):
            page.write_string(0, at, heading)
        page.write_datetime(1, 0, datetime(2026, 9, 1, tzinfo=UTC).replace(tzinfo=None), form)
        page.write_number(1, 3, 0.1)
        page.write_datetime(2, 0, datetime(2026, 9, 2, tzinfo=UTC).replace(tzinfo=None), form)
        page.write_number(2, 2, 0.2)
        page.write_number(2, 3, 0.30000000000000004)
    assert read_statement(buffer.getvalue(), name="account.xlsx", until=UNTIL).balance_fen == 30


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("2026-09-31,x,,1.00,1001.00", "no date"),
        ("2026-09-02,x,,1.005,1001.01", "credit"),
        ("2026-09-02,x,,1.00,much", "balance"),
        ("2026-09-02,x,,1.00,1001.01", "a line is missing or was changed"),
        ("2026-09-02,x,,1.00,", "balance"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_taken(line: str, says: str) -> None:
    text = f"date,summary,debit,credit,balance\n2026-09-01,opening,,,1000.00\n{line}\n"
    [problem] = read_statement(text.encode(), name="account.csv", until=UNTIL).problems
    assert "account.csv, line 3" in problem
    assert says in problem


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "0 bytes"),
        (b"a,b\n1,2\n", "column date, balance is missing"),
        (b"date,balance\n2026-10-02,1.00\n", "no line up to 2026-09-30"),
        (b"PK\x03\x04 rubbish", "damaged"),
        (b"\xd0\xcf\x11\xe0", "Excel's old kind"),
    ],
)
def test_what_is_no_statement_is_refused_as_a_whole(content: bytes, says: str) -> None:
    with pytest.raises(FileRefused, match=says):
        read_statement(content, name="account.csv", until=UNTIL)


def test_a_file_becomes_the_months_figure(world: World) -> None:
    month = date(2026, 9, 1)
    result = import_finance_figure(world.cast.clerk, month, content=GOOD.encode(), file_name="account.csv")
    assert (result.outcome, result.payable_fen) == (FigureOutcome.DONE, 300_000)
    kept = FinanceFigure.objects.get()
    assert (kept.payable_fen, kept.file_name, kept.lines, len(kept.file_digest)) == (300_000, "account.csv", 3, 64)
    again = import_finance_figure(world.cast.clerk, month, content=GOOD.encode(), file_name="account.csv")
    assert again.outcome is FigureOutcome.REPEATED
    bad = import_finance_figure(world.cast.clerk, month, content=GOOD.replace("3500.50", "1").encode(), file_name="account.csv")
    assert bad.outcome is FigureOutcome.REFUSED_FILE
    assert [problem.partition(":")[0] for problem in bad.problems] == ["account.csv, line 3"]
    assert FinanceFigure.objects.count() == 1
