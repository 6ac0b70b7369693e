"""Vouchers: balanced by day, in the layout that a site describes."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from onecard.ledger.types import Subject
from onecard.months import queries
from onecard.months.voucher_layout import LayoutProblem, layout_of_site, read_layout, standard_layout
from onecard.months.vouchers import VoucherLine, vouchers_csv, vouchers_excel
from onecard.purchases.actions.collect_purchases import collect_purchases
from tests.world import DAY, World, close_day

LAYOUT = """
encoding = "gb18030"
delimiter = "|"
date_format = "%Y%m%d"
columns = [
  { heading = "日期", value = "date" },
  { heading = "凭证号", value = "number" },
  { heading = "摘要", value = "summary" },
  { heading = "科目", value = "account" },
  { heading = "往来", value = "merchant" },
  { heading = "方向", value = "side" },
  { heading = "金额", value = "amount" },
  { heading = "币种", value = "text", text = "人民币" },
]
[accounts]
2001 = "2241.01"
2101 = "2241.02"
[summaries]
1 = "消费"
"""


@pytest.fixture
def lines(world: World) -> list[VoucherLine]:
    """Two days: the cast's money and two purchases, then one more."""
    collect_purchases([world.record(1, amount_fen=1_234), world.record(1, terminal="shop", who="wang", amount_fen=500)])
    close_day(world, DAY, next_date=date(2026, 9, 2))
    collect_purchases([world.record(2, who="chen", amount_fen=66)])
    close_day(world, date(2026, 9, 2), next_date=date(2026, 10, 1))
    return queries.vouchers_of(queries.span_of(DAY))


def test_each_days_voucher_balances_and_covers_the_day(lines: list[VoucherLine]) -> None:
    debits, credits, subjects = Counter[int](), Counter[int](), Counter[Subject]()
    for line in lines:
        debits[line.number] += line.debit_fen
        credits[line.number] += line.credit_fen
        subjects[line.subject] += line.credit_fen - line.debit_fen
    assert debits == credits == {1: 78_500 + 1_734, 2: 66}
    assert subjects[Subject.MERCHANT_PAYABLE] == 1_800
    sellers = {line.seller.code: line.credit_fen for line in lines if line.seller and line.number == 1}
    assert sellers == {"canteen": 1_234, "shop": 500}
    assert [line.line for line in lines if line.number == 2] == [1, 2]


def test_the_standard_layout_is_a_csv_that_excel_opens(lines: list[VoucherLine]) -> None:
    content = vouchers_csv(lines, layout=standard_layout())
    assert content.startswith(b"\xef\xbb\xbf")
    head, *rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert head[0] == "Date"
    assert len(rows) == len(lines)
    assert [row[10] or row[11] for row in rows][-1] == "0.66"


def test_a_site_describes_its_own(lines: list[VoucherLine]) -> None:
    layout = read_layout(LAYOUT, name="layout.toml")
    rows = vouchers_csv(lines, layout=layout).decode("gb18030").splitlines()
    assert rows[0] == "日期|凭证号|摘要|科目|往来|方向|金额|币种"
    assert rows[-2:] == ["20260902|2|消费|2241.01||借|0.66|人民币", "20260902|2|消费|2241.02|canteen|贷|0.66|人民币"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(vouchers_excel(lines, layout=layout)))
    last = book.get_sheet_by_index(0).to_python()[-1]
    assert (last[3], last[6]) == ("2241.02", 0.66)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("columns = [", "no TOML"),
        ("", "columns must be a list"),
        ('colums = "x"', "colums is not known"),
        ('columns = [{ heading = "x", value = "cash" }]', "'cash' is no value"),
        ('columns = [{ heading = "x" }]', "column 1 needs heading and value"),
        ('columns = [{ heading = "x", value = "date" }]\nencoding = "klingon"', "encoding"),
        ('columns = [{ heading = "x", value = "date" }]\ndelimiter = ""', "delimiter"),
        ('columns = [{ heading = "x", value = "date" }]\ndate_format = "day"', "writes no date"),
        ('columns = [{ heading = "x", value = "date" }]\n[accounts]\n9999 = "x"', "accounts.9999 is not known"),
        ('columns = [{ heading = "x", value = "date" }]\n[accounts]\n2001 = 2241', "accounts.2001 must be a text"),
    ],
)
def test_a_layout_that_cannot_be_used_says_where(text: str, says: str) -> None:
    with pytest.raises(LayoutProblem, match=says):
        read_layout(text, name="layout.toml")


def test_the_setting_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "layout.toml"
    monkeypatch.setenv("ONECARD_VOUCHER_LAYOUT", str(file))
    with pytest.raises(LayoutProblem, match="cannot be read"):
        layout_of_site()
    file.write_text(LAYOUT, encoding="utf-8")
    assert layout_of_site().accounts == {2001: "2241.01", 2101: "2241.02"}
