"""A kind of paper, a receipt and contents for tests, some of them made to be taken for something else."""

from __future__ import annotations

from typing import Any

from onecard.access.actions.assign_posts import assign_posts
from onecard.access.actions.create_operator import create_operator
from onecard.access.models import Operator
from onecard.access.types import Actor, Post
from onecard.papers.kinds import declare
from onecard.papers.types import CellKind, Field, Form, PaperKind, Role, Table

PASSWORD = "Correct-Horse-7"
SLIP = declare(
    PaperKind(
        name="papers.slip",
        prefix="TS",
        title="当日存款汇总表",
        head=(Field("day", "营业日", CellKind.DATE), Field("bank", "Bank"), Field("total_fen", "Total", CellKind.FEN)),
        tables=(
            Table(
                "tills",
                "Tills",
                (
                    Field("till", "Till"),
                    Field("state", "State", words={"open": "still open"}),
                    Field("at", "At", CellKind.MOMENT),
                    Field("count", "Deposits", CellKind.COUNT, is_summed=True),
                    Field("amount_fen", "Amount", CellKind.FEN, is_summed=True),
                ),
            ),
        ),
        signatures=(Role.CHECKED, Role.RECEIVED),
    )
)
RECEIPT = declare(
    PaperKind(
        name="papers.receipt",
        prefix="TR",
        title="存款凭条",
        head=(Field("name", "姓名"), Field("amount_fen", "金额", CellKind.FEN)),
        form=Form.RECEIPT,
    )
)
TRAPS = ('=HYPERLINK("http://example.org")', '#import "x.typ": *', "<script>alert(1)</script>", "*bold* $x$ @a \\", "张伟&龘")
"""Names that a spreadsheet, typst or a browser would act on if they were not kept as text."""


def content(*, bank: str = "中国银行", rows: int = 0) -> dict[str, Any]:
    """A slip with a line for each trap, and plain lines when asked for."""
    lines = [
        {"till": name, "state": "open", "at": "2026-09-01T12:30:00+08:00", "count": at, "amount_fen": 123_456 * at}
        for at, name in enumerate(TRAPS, start=1)
    ]
    lines += [{"till": f"出纳 {at}", "count": 1, "amount_fen": at} for at in range(rows)]
    return {"head": {"day": "2026-09-01", "bank": bank, "total_fen": -5}, "tables": {"tills": lines}}


def operator(name: str, *posts: Post) -> Actor:
    """An operator with these posts, acting."""
    personnel = Actor.system("personnel")
    create_operator(personnel, name, full_name=name.title(), password=PASSWORD, must_change_password=False)
    assign_posts(personnel, name, posts=posts)
    return Actor.of(Operator.objects.get(username=name))
