"""The same content as PDF, Excel and page: read back, in both languages, with names that look like something else."""

from __future__ import annotations

import io
import re
import subprocess
from datetime import datetime
from pathlib import Path

import pytest
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from python_calamine import CalamineWorkbook

from onecard.access.types import Actor
from onecard.papers.actions.issue_paper import issue_paper
from onecard.papers.excel import excel_of
from onecard.papers.fonts import FontProblem, best_of
from onecard.papers.models import Paper
from onecard.papers.pages import shown_sheet
from onecard.papers.pdf import pdf_of, png_of
from onecard.papers.sheet import sheet_of
from onecard.papers.tests.samples import RECEIPT, SLIP, TRAPS, content
from onecard.papers.types import Sheet
from tests.pdfs import lines_of
from tests.world import DAY

ADDRESS = "http://127.0.0.1:8000/papers/paper/1/change/"


@pytest.fixture
def paper(db: None) -> Paper:
    """A slip with every trap."""
    with transaction.atomic():
        issued = issue_paper(Actor.system("clerk"), SLIP, subject="a", dated=DAY, content=content())
    return Paper.objects.get(pk=issued.paper_id)


def test_the_pdf_says_what_was_kept(paper: Paper, tmp_path: Path) -> None:
    lines = lines_of(pdf_of(sheet_of(paper, address=ADDRESS)), folder=tmp_path)
    text = "\n".join(lines)
    assert "当日存款汇总表" in text
    assert "TS-2026-000001" in text
    assert paper.digest in text.replace(" ", "")
    for at in range(1, len(TRAPS) + 1):
        [line] = [line for line in lines if f"{1_234.56 * at:,.2f}" in line and "Total" not in line]
        assert "2026-09-01 12:30:00" in line
        assert "still open" in line
    assert any("18,518.40" in line and "Total" in line and "15" in line for line in lines)
    assert "Page 1 of 1" in text
    squeezed = "".join(text.split())
    assert [trap for trap in TRAPS if "".join(trap.split()) not in squeezed and len(trap) < 20] == []


def test_the_pdf_is_the_same_each_time_and_speaks_chinese(paper: Paper, tmp_path: Path) -> None:
    assert pdf_of(sheet_of(paper)) == pdf_of(sheet_of(paper))
    with translation.override("zh-hans"):
        text = "\n".join(lines_of(pdf_of(sheet_of(paper)), folder=tmp_path))
    assert "复核" in text
    assert "第 1 页,共 1 页" in text
    assert "Checked by" not in text


def test_every_chinese_letter_has_a_shape(paper: Paper) -> None:
    """A letter without a glyph would look like any other such letter."""
    pictures = set()
    for name in ("张伟", "龘靐", "〇㐂"):
        paper.content["head"]["bank"] = name
        pictures.add(png_of(sheet_of(paper)))
    assert len(pictures) == 3


def test_many_rows_go_over_many_pages_from_a_process_of_its_own(paper: Paper, tmp_path: Path) -> None:
    paper.content.update(content(rows=1_200))
    text = "\n".join(lines_of(pdf_of(sheet_of(paper)), folder=tmp_path))
    [pages] = re.findall(r"Page 1 of (\d+)", text)
    assert int(pages) > 15
    assert int(pages) - text.count("Deposits") in (0, 1)
    assert "出纳 1199" in text


def test_excel_reads_back_as_it_was_kept(paper: Paper) -> None:
    made = excel_of(sheet_of(paper))
    assert made == excel_of(sheet_of(paper))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(made)).get_sheet_by_index(0).to_python()
    start = rows.index(["Till", "State", "At", "Deposits", "Amount"])
    assert rows[start + 1 : start + 6] == [
        [trap, "still open", datetime(2026, 9, 1, 12, 30), float(at), 123_456 * at / 100]  # noqa: DTZ001 - a spreadsheet has no zone
        for at, trap in enumerate(TRAPS, start=1)
    ]
    assert rows[start + 6] == ["Total", "", "", 15.0, 18_518.4]
    assert ["Paper number", "TS-2026-000001", "", "", ""] in rows
    assert ["Digest", paper.digest, "", "", ""] in rows


def test_a_page_escapes_everything(paper: Paper) -> None:
    page = render_to_string("onecard/print.html", shown_sheet(sheet_of(paper, address=ADDRESS)))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "张伟&amp;龘" in page
    assert '<td class="oc-right">1,234.56</td>' in page
    assert "<svg" in page
    assert "size: A4" in page


@pytest.fixture
def receipt(db: None) -> Sheet:
    """A receipt with its QR code."""
    with transaction.atomic():
        head = {"name": TRAPS[0], "amount_fen": 10_000}
        issued = issue_paper(Actor.system("clerk"), RECEIPT, subject="1", dated=DAY, content={"head": head})
    return sheet_of(Paper.objects.get(pk=issued.paper_id), address=ADDRESS)


def test_a_receipt_is_80_mm_wide_and_prints_itself(receipt: Sheet, tmp_path: Path) -> None:
    page = render_to_string("onecard/print.html", shown_sheet(receipt))
    assert "size: 80mm auto" in page
    assert "print()" in page
    text = "\n".join(lines_of(pdf_of(receipt), folder=tmp_path))
    assert "存款凭条" in text
    assert "100.00" in text
    told = subprocess.run(["pdfinfo", str(tmp_path / "paper.pdf")], check=True, capture_output=True).stdout.decode()
    assert "Page size:       226.772 x" in told


def test_without_a_chinese_font_it_says_what_to_install() -> None:
    assert best_of(["DejaVu Sans", "SimSun", "Noto Sans CJK SC"]) == "Noto Sans CJK SC"
    with pytest.raises(FontProblem, match="apt-get install fonts-noto-cjk"):
        best_of(["DejaVu Sans"])
