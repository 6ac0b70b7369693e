"""Reading till journals: what is wrong is named with its line, and a receipt is taken whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from onecard.kernel.csv_lines import MAX_LINE_BYTES, FileRefused
from onecard.people.types import PersonKind
from onecard.simulation.journal import TARIFF_LINE
from onecard.simulation.receipts import Journal, read_journal
from onecard.simulation.tariff import tariff_of
from onecard.simulation.till_journal import ReceiptNo

TODAY = date(2026, 9, 30)
HEADER = "cday,eday,counter,register_id,sheet_id,trans_id,trans_pos,pcard_id,customer_group,to_go,dish,weight\n"
ROWS = [
    "2026-09-01,1,red,501,7,2,1,11,Studierende,False,Noodles,300\n",
    '2026-09-01,1,red,501,7,2,2,11,Studierende,False,"Soup, hot",55\n',
    "2026-09-01,1,red,501,7,3,1,12,Gäste,False,Rice,400\n",
    "2026-09-01,1,red,501,7,6,1,13,Bedienstete,False,Rice,500\n",
    "2026-09-01,1,yellow,502,7,1,1,11,Gäste,True,Rice,100\n",
]
TIMES = "receipt_id,eday,pcard_id,minute\n501/7-3,1,12,5.0\n502/7-1,1,11,-4.0\n"
Reader = Callable[..., Journal]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    def run(rows: list[str] = ROWS, *, header: str = HEADER, times: str = TIMES, encoding: str = "utf-8") -> Journal:
        (tmp_path / "dish_choices.csv").write_bytes((header + "".join(rows)).encode(encoding))
        (tmp_path / "receipts.csv").write_bytes(times.encode(encoding))
        return read_journal(tmp_path, tariff=tariff_of(TARIFF_LINE), today=TODAY)

    return run


def _with(at: int, row: str) -> list[str]:
    return [*ROWS[:at], row, *ROWS[at + 1 :]]


def test_receipts_amounts_and_times(read: Reader) -> None:
    journal = read()
    assert [(one.number, one.amount_fen, one.after_s) for one in journal.receipts] == [
        (ReceiptNo("501", 7, 2), 270 + 50, 0),  # 55 g at 90 are 49.5 fen: half up, row by row
        (ReceiptNo("501", 7, 3), 600, 300),
        (ReceiptNo("501", 7, 6), 550, 300),
        (ReceiptNo("502", 7, 1), 150, -240),
    ]
    assert journal.bad == []
    assert journal.kinds == {11: PersonKind.UNDERGRADUATE, 12: PersonKind.VISITOR, 13: PersonKind.STAFF}
    assert journal.contradictory == [11]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8"])
def test_encodings(read: Reader, encoding: str) -> None:
    assert len(read(encoding=encoding).receipts) == 4


def test_gbk(tmp_path: Path) -> None:
    row = "2026-09-01,1,red,501,7,1,1,11,学生,False,面条,300\n"
    (tmp_path / "dish_choices.csv").write_bytes((HEADER + row).encode("gbk"))
    (tmp_path / "receipts.csv").write_text("receipt_id,minute\n")
    [receipt] = read_journal(tmp_path, tariff=tariff_of("学生=90"), today=TODAY).receipts
    assert receipt.amount_fen == 270


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("2026-09-01,1,red,501,7,3,1,12,Gäste,False,Rice,0\n", "weight 0 is not between"),
        ("2026-09-01,1,red,501,7,3,1,12,Gäste,False,Rice,-5\n", "weight -5 is not between"),
        ("2026-09-01,1,red,501,7,3,1,12,Gäste,False,Rice,99999\n", "weight 99,999 is not between"),
        ("2026-09-01,1,red,501,7,3,1,12,Gäste,False,Rice,4oo\n", "weight '4oo' is not a whole number"),
        ("2026-09-01,1,red,501,7,3,1,12,Hunde,False,Rice,400\n", "customer_group 'Hunde' is not in the tariff"),
        ("2026-09-01,1,red,501,7,3,1,x,Gäste,False,Rice,400\n", "pcard_id 'x'"),
        ("2026-09-01,1,red,501,7,3,1,0,Gäste,False,Rice,400\n", "pcard_id 0 is not between"),
        ("2027-09-01,1,red,501,7,3,1,12,Gäste,False,Rice,400\n", "cday 2027-09-01 is in the future"),
        ("1999-09-01,1,red,501,7,3,1,12,Gäste,False,Rice,400\n", "but sheet 501/7 is of 2026-09-01"),
        ("1.9.2026,1,red,501,7,3,1,12,Gäste,False,Rice,400\n", "is not a date"),
        ("2026-09-01,1,yellow,501,7,3,1,12,Gäste,False,Rice,400\n", "but register 501 stands at red"),
        ("2026-09-01,1,red,501,7,3,1,12,Gäste,False,Rice\n", "fewer than the header"),
        ('2026-09-01,1,red,501,7,3,1,12,Gäste,False,"Rice,400\n', "is not CSV"),
        ("2026-09-01,1,red,501,7,3,1,12,Gäste,False," + "x" * MAX_LINE_BYTES + ",400\n", "longer than"),
        ("2026-09-01,1,red,501,7,3,1,12,G\0ste,False,Rice,400\n", "zero byte"),
    ],
)
def test_a_bad_line_is_named_and_its_receipt_left_out(read: Reader, row: str, says: str) -> None:
    journal = read(_with(2, row))
    [bad] = journal.bad
    assert (bad.file, bad.line) == ("dish_choices.csv", 4)
    assert says in bad.what
    assert [one.number.trans for one in journal.receipts] == [2, 6, 1]


def test_a_bad_row_leaves_the_whole_receipt_out(read: Reader) -> None:
    journal = read(_with(1, ROWS[1].replace(",55", ",abc")))
    assert [one.number.trans for one in journal.receipts] == [3, 6, 1]
    assert journal.left_out == 1


@pytest.mark.parametrize("cut", [12, 25, 34, 40, len(ROWS[1]) - 4, len(ROWS[1]) - 1])
def test_a_file_cut_in_the_middle_never_books_a_receipt_short(read: Reader, cut: int) -> None:
    journal = read([ROWS[0], ROWS[1][:cut]], times="receipt_id,minute\n")
    assert [bad.line for bad in journal.bad] == [3]
    assert journal.receipts == []


def test_a_repeated_line_counts_once(read: Reader) -> None:
    journal = read([*ROWS[:2], ROWS[1], *ROWS[2:]])
    assert [str(bad) for bad in journal.bad] == ["dish_choices.csv, line 4: is line 3 again; left out"]
    assert journal.receipts[0].amount_fen == 320


def test_two_contents_for_one_item_leave_the_receipt_out(read: Reader) -> None:
    journal = read([*ROWS[:2], ROWS[1].replace(",55", ",56"), *ROWS[2:]])
    assert "contradicts line 3" in journal.bad[0].what
    assert [one.number.trans for one in journal.receipts] == [3, 6, 1]


def test_the_same_receipt_for_another_card_is_a_conflict(read: Reader) -> None:
    journal = read([*ROWS, ROWS[2].replace(",12,", ",99,")])
    assert len(journal.receipts) == 4
    [other] = journal.contradicting
    assert (other.card_no, other.number, other.after_s) == (99, ReceiptNo("501", 7, 3), 300)
    assert "its receipt is card 12 on line 4" in journal.bad[0].what
    assert 99 not in journal.kinds


@pytest.mark.parametrize("minute", ["", "noon", "780.0", "-661", "1e3"])
def test_an_unreadable_time_leaves_out_every_receipt_that_needs_it(read: Reader, minute: str) -> None:
    journal = read(times=TIMES.replace("5.0", minute))
    assert [(bad.file, bad.line) for bad in journal.bad] == [("receipts.csv", 2)]
    assert [one.number for one in journal.receipts] == [ReceiptNo("501", 7, 2), ReceiptNo("502", 7, 1)]


def test_two_times_for_one_receipt_are_named(read: Reader) -> None:
    journal = read(times=TIMES + "501/7-3,1,12,9.0\nrubbish,1,1,1\n")
    assert [bad.line for bad in journal.bad] == [4, 5]
    assert journal.receipts[1].after_s == 300


def test_years_ago_is_judged_by_the_rest_of_the_journal(read: Reader) -> None:
    journal = read([*ROWS, "2019-09-01,1,red,501,8,1,1,11,Gäste,True,Rice,100\n"])
    assert "more than 400 days from the rest" in journal.bad[0].what
    assert journal.days == [date(2026, 9, 1)]


@pytest.mark.parametrize("name", ["dish_choices.csv", "receipts.csv"])
def test_a_missing_file_or_column_is_refused(read: Reader, tmp_path: Path, name: str) -> None:
    with pytest.raises(FileRefused, match=r"column .* is missing"):
        read(header=HEADER.replace("weight", "grams"), times=TIMES)
    with pytest.raises(FileRefused, match=r"column .* is missing"):
        read(times=TIMES.replace("minute", "time"))
    read()
    (tmp_path / name).unlink()
    with pytest.raises(FileRefused, match="is not there"):
        read_journal(tmp_path, tariff=tariff_of(TARIFF_LINE), today=TODAY)


@pytest.mark.parametrize(
    ("given", "says"),
    [("A=0", "is not a price"), ("A=x", "is not a price"), ("A=1,A=2", "is empty or there already"), ("no.csv", "not there")],
)
def test_a_tariff_that_is_none_is_refused(given: str, says: str) -> None:
    with pytest.raises(FileRefused, match=says):
        tariff_of(given)


def test_the_shipped_tariff_is_that_of_the_line() -> None:
    shipped = Path(__file__).parents[3] / "examples" / "munich_mensa_tariff.csv"
    assert tariff_of(str(shipped)) == tariff_of(TARIFF_LINE)
