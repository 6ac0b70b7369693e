"""A file that is refused says why in the language of the page, line by line."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from onecard.access.actions.assign_posts import assign_posts
from onecard.access.actions.create_operator import create_operator
from onecard.access.types import Actor, Post
from onecard.kernel.csv_lines import MAX_LINE_BYTES
from onecard.people.models import RosterImport
from onecard.people.roster import detail_text
from onecard.people.tests.rosters import HEADINGS, excel_of
from onecard.people.types import Problem
from onecard.web.tests.campus import PASSWORD
from tests.browsing import client_of
from tests.world import World

ROSTER = ("clerk", "/people/rosterimport/add/", {"source": "students"})
BANK = ("settlement", "/funding/bankfile/add/", {"layout": "csv"})
SUBSIDIES = ("settlement", "/funding/subsidybatch/add/", {"title": "九月", "form": "at_once"})
LEAVERS = ("settlement", "/leavers/leaverbatch/file/", {"title": "毕业"})
ACCOUNTS: tuple[str, str, dict[str, str]] = ("settlement", "/people/person/accounts/", {})
FIGURE = ("finance", "/month/figure/import/", {"month": "2026-09-01"})
"""Where a file is handed in: by whom, the address, what else the form asks."""
BANK_HEADS = "流水号,学工号,姓名,金额,时间"
ENGLISH = re.compile(r"[A-Za-z]+(?: [a-z]+){2,}")
"""Three words in a row: a Chinese page has no such text."""


def text_of(page: str) -> list[str]:
    """What a reader sees of the page, piece by piece."""
    body = re.sub(r"<(script|style|template)\b.*?</\1>|<!--.*?-->", "", page, flags=re.S)
    return [" ".join(html.unescape(piece).split()) for piece in re.split(r"<[^>]*>", body)]


@pytest.mark.parametrize(
    ("place", "content", "words"),
    [
        (ROSTER, b"one column\n", "名单.csv：开头几行中没有列名，文件可能已损坏"),
        (ROSTER, b"PK\x03\x04 torn", "名单.csv 已损坏：请重新获取或另存"),
        (ROSTER, b"\xd0\xcf\x11\xe0 old", "名单.csv 是旧版 Excel 文件，或设有密码：请另存为不带密码的 .xlsx"),
        (BANK, "流水号,金额\n1,2\n".encode(), "缺少列：请核对文件格式是否选对。"),
        (BANK, f'{BANK_HEADS}\n1,"2\n'.encode(), "不是 CSV：请检查引号"),
        (BANK, f"{BANK_HEADS}\n1,\x00,,2\n".encode(), "含有零字节：文件已损坏或不是文本，请重新获取"),
        (BANK, f"{BANK_HEADS}\n1,{'1' * MAX_LINE_BYTES}\n".encode(), f"超过 {MAX_LINE_BYTES:,} 字节：可能缺少引号或换行"),
        (BANK, f"{BANK_HEADS}\n".encode() + b"1,\xff\n", "与其他行编码不同：请将文件另存为 UTF-8"),
        (SUBSIDIES, "学工号,姓名\n1,2\n".encode(), "名单.csv：须有且只有一列名为 金额 (amount)；现有的列：学工号, 姓名"),
        (SUBSIDIES, "学工号,金额\n".encode() + b"1,2\n" * 10_001, "名单.csv 超过 10,000 行：请拆分后再导入"),
        (LEAVERS, "姓名,日期\n1,2\n".encode(), "名单.csv：须有且只有一列名为 学工号 (student number)；现有的列：姓名, 日期"),
        (LEAVERS, "学号,姓名,name\n1,2,3\n".encode(), "名单.csv：姓名列不止一列，请只保留一列"),
        (ACCOUNTS, "学号,账号,开户行,银行\n1,2,3,4\n".encode(), "名单.csv：名为 开户行 的列不止一列，请只保留一列"),
        (
            ACCOUNTS,
            "学号,开户行\n1,2\n".encode(),
            "名单.csv：须有且只有一列名为 银行账号 (account number)；现有的列：学号, 开户行",
        ),
        (FIGURE, "日期,摘要\n1,2\n".encode(), "名单.csv：缺少列 余额；现有的列：日期, 摘要"),
        (FIGURE, "日期,余额\n2099-01-01,1\n".encode(), "及以前的记录：是否为其他时段的明细？"),
        (FIGURE, "日期,余额\n昨天,1\n".encode(), "名单.csv 第 2 行：“昨天”不是日期；请写成 2026-09-30"),
        (FIGURE, "日期,余额\n2026-09-01,1.005\n".encode(), "余额：“1.005”不是以元为单位、最多两位小数的金额"),
        (FIGURE, '日期,余额\n2026-09-01,"1\n'.encode(), "名单.csv 第 2 行：不是 CSV：请检查引号"),
        (
            FIGURE,
            "日期,借方,贷方,余额\n2026-09-01,,,1\n2026-09-01,,2,5\n".encode(),
            "余额为 5.00，但 1.00 + 贷方 2.00 - 借方 0.00 应为 3.00；可能缺行或被改动",
        ),
    ],
)
def test_a_refused_file_says_why_in_chinese(
    site: World, place: tuple[str, str, Mapping[str, str]], content: bytes, words: str
) -> None:
    who, address, answers = place
    personnel = Actor.system("personnel")
    create_operator(personnel, "finance", full_name="财务", password=PASSWORD, must_change_password=False)
    assign_posts(personnel, "finance", posts={Post.FINANCE})
    file = SimpleUploadedFile("名单.csv", content)
    response = client_of(who, language="zh-hans").post(address, {**answers, "file": file})
    assert response.status_code == 200
    pieces = text_of(response.content.decode())
    assert words in "\n".join(pieces)
    assert [piece for piece in pieces if ENGLISH.search(piece)] == []


@pytest.mark.parametrize(
    ("language", "torn", "number"),
    [
        ("zh-hans", "此行无法读取。 不是 CSV：请检查引号", "电话: 13800001234"),
        ("en", "The line cannot be read. is not CSV: look at the quotes", "telephone: 13800001234"),
    ],
)
def test_the_same_bad_line_is_shown_in_either_language(site: World, language: str, torn: str, number: str) -> None:
    for name, content in (("torn.csv", ",".join(HEADINGS) + '\n1,"2\n'), ("new.xlsx", None)):
        line = ("2026950", "王芳", "本科生", "", "", 13800001234, "", "")
        file = SimpleUploadedFile(name, content.encode() if content else excel_of([line]))
        client = client_of("clerk", language="en" if language == "zh-hans" else "zh-hans")
        address = client.post(ROSTER[1], {**ROSTER[2], "file": file}).headers["Location"]
        client.post(address.replace("change/", "piece/"))
    last = RosterImport.objects.latest("pk").pk
    reader = client_of("clerk", language=language)
    shown = [reader.get(f"/people/rosterline/?roster__id__exact={pk}").content.decode() for pk in (last - 1, last)]
    assert torn in shown[0]
    assert number in shown[1]


@pytest.mark.parametrize("detail", ["", "3 / 5", "phone", "nothing: of ours"])
def test_details_without_words_stay_as_they_are(detail: str) -> None:
    assert detail_text(Problem.NOT_TEXT, detail) == detail
    assert detail_text(Problem.UNREADABLE, detail) == detail
