"""How finance's system wants vouchers (凭证): columns, account codes and forms, as a site describes them in a TOML file.

The setting ONECARD_VOUCHER_LAYOUT names the file; without it the standard layout holds. docs/manual/finance.md explains the file.
"""

from __future__ import annotations

import codecs
import dataclasses
import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from onecard.kernel import env
from onecard.ledger.types import Subject, TransferKind

SETTING = "ONECARD_VOUCHER_LAYOUT"
VALUES = frozenset(
    {
        "date",
        "period",
        "word",
        "number",
        "line",
        "summary",
        "account",
        "account_name",
        "merchant",
        "merchant_name",
        "unit",
        "unit_name",
        "debit",
        "credit",
        "side",
        "amount",
        "count",
        "text",
    }
)
"""What a column can hold; `text` is the same in every line."""
MOST_FILE_BYTES = 256 * 1024
MOST_COLUMNS = 60


class LayoutProblem(RuntimeError):
    """The layout cannot be used. The message says where, what, and what would be right."""


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, which value stands in it, and the text of a column that is always the same."""

    heading: str
    value: str
    text: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Layout:
    """The file's form. `accounts` are finance's codes by subject number, `summaries` its words by kind number."""

    columns: tuple[Column, ...]
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    date_format: str = "%Y-%m-%d"
    word: str = "记"
    debit_side: str = "借"
    credit_side: str = "贷"
    accounts: Mapping[int, str] = dataclasses.field(default_factory=dict)
    account_names: Mapping[int, str] = dataclasses.field(default_factory=dict)
    summaries: Mapping[int, str] = dataclasses.field(default_factory=dict)


def standard_layout() -> Layout:
    """One line a subject and side, debit and credit in columns of their own, headings in the active language."""
    headings = {
        "date": _("Date"),
        "word": _("Voucher word"),
        "number": _("Voucher number"),
        "line": _("Line"),
        "summary": _("Summary"),
        "account": _("Account code"),
        "account_name": _("Account"),
        "merchant": _("Merchant"),
        "merchant_name": _("Name"),
        "unit": _("Income unit"),
        "debit": _("Debit"),
        "credit": _("Credit"),
        "count": _("Transfers"),
    }
    return Layout(columns=tuple(Column(heading, value) for value, heading in headings.items()))


def layout_of_site() -> Layout:
    """The layout that the site's file describes, or the standard one. LayoutProblem names what is wrong with the file."""
    path = env.path(SETTING)
    if path is None:
        return standard_layout()
    try:
        if path.stat().st_size > MOST_FILE_BYTES:
            raise LayoutProblem(f"{path} is larger than {MOST_FILE_BYTES:,} bytes: it is no layout")
        return read_layout(path.read_text(encoding="utf-8"), name=str(path))
    except (OSError, UnicodeDecodeError) as problem:
        raise LayoutProblem(f"{SETTING} names {path}, which cannot be read ({problem})") from problem


def read_layout(text: str, *, name: str) -> Layout:
    """The layout that a TOML text describes; LayoutProblem says where it is wrong."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise LayoutProblem(f"{name} is no TOML: {problem}") from problem
    plain = {"encoding", "delimiter", "date_format", "word", "debit_side", "credit_side"}
    tables = {"accounts", "account_names", "summaries"}
    if unknown := sorted(set(said) - plain - tables - {"columns"}):
        raise LayoutProblem(f"{name}: {', '.join(unknown)} is not known; there are columns, {', '.join(sorted(plain | tables))}")
    texts = {key: _text(said[key], where=f"{name}: {key}") for key in plain & set(said)}
    layout = Layout(
        columns=_columns(said.get("columns"), name=name),
        **texts,
        accounts=_by_number(said, "accounts", known=Subject.values, name=name),
        account_names=_by_number(said, "account_names", known=Subject.values, name=name),
        summaries=_by_number(said, "summaries", known=TransferKind.values, name=name),
    )
    _refuse_forms(layout, name=name)
    return layout


def _columns(said: Any, *, name: str) -> tuple[Column, ...]:
    if not isinstance(said, list) or not 0 < len(said) <= MOST_COLUMNS:
        raise LayoutProblem(f'{name}: columns must be a list of 1 to {MOST_COLUMNS} tables {{heading = "…", value = "…"}}')
    found = []
    for at, one in enumerate(said, start=1):
        where = f"{name}: column {at}"
        if not isinstance(one, dict) or not {"heading", "value"} <= set(one) <= {"heading", "value", "text"}:
            raise LayoutProblem(f"{where} needs heading and value (and text where value is text), nothing else")
        column = Column(*(_text(one.get(key, ""), where=f"{where}, {key}") for key in ("heading", "value", "text")))
        if column.value not in VALUES:
            raise LayoutProblem(f"{where}: {column.value!r} is no value; there are {', '.join(sorted(VALUES))}")
        found.append(column)
    return tuple(found)


def _by_number(said: Mapping[str, Any], table: str, *, known: list[int], name: str) -> dict[int, str]:
    content = said.get(table, {})
    if not isinstance(content, dict):
        raise LayoutProblem(f"{name}: {table} must be a table of number = text")
    found = {}
    for number, text in content.items():
        if not number.isascii() or not number.isdigit() or int(number) not in known:
            raise LayoutProblem(f"{name}: {table}.{number} is not known; there are {', '.join(map(str, known))}")
        found[int(number)] = _text(text, where=f"{name}: {table}.{number}")
    return found


def _text(value: Any, *, where: str) -> str:
    if not isinstance(value, str) or len(value) > 200:
        raise LayoutProblem(f"{where} must be a text of at most 200 characters")
    return value


def _refuse_forms(layout: Layout, *, name: str) -> None:
    try:
        codecs.lookup(layout.encoding)
    except LookupError as problem:
        raise LayoutProblem(f"{name}: encoding {layout.encoding!r} is not known; write utf-8-sig or gb18030") from problem
    if len(layout.delimiter) != 1:
        raise LayoutProblem(f"{name}: delimiter must be one character")
    if date(2026, 9, 30).strftime(layout.date_format) == layout.date_format:
        raise LayoutProblem(f"{name}: date_format {layout.date_format!r} writes no date; write %Y-%m-%d for example")
