"""What is told of a run: a table for people, a file for machines."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from onecard.conformance.cases import CHAPTERS, Finding, Verdict

MARKS = {Finding.PASSED: ("passed", "green"), Finding.FAILED: ("FAILED", "bold red"), Finding.LEFT_OUT: ("left out", "yellow")}


def table_of(verdicts: Sequence[Verdict], *, title: str) -> Table:
    """A line a case, in the order of the chapters; under it what was expected, what came, and what to do."""
    table = Table(title=title, caption=counts(verdicts), show_lines=False, title_justify="left", caption_justify="left")
    for name in ("§", "case", "what the document says", ""):
        table.add_column(name, vertical="top")
    for chapter, word in CHAPTERS.items():
        mine = [verdict for verdict in verdicts if verdict.case.chapter == chapter]
        for verdict in mine:
            mark, style = MARKS[verdict.finding]
            table.add_row(str(chapter), f"{word}.{verdict.case.name}", _words(verdict), Text(mark, style=style))
        if mine:
            table.add_section()
    return table


def _words(verdict: Verdict) -> Text:
    words = Text(verdict.case.title)
    if verdict.finding is Finding.FAILED:
        words.append(f"\nexpected: {verdict.expected}\ncame:     {verdict.came}", style="red")
        words.append(f"\nto do:    {verdict.case.remedy}")
    elif verdict.finding is Finding.LEFT_OUT:
        words.append(f"\n{verdict.came}", style="yellow")
    return words


def counts(verdicts: Sequence[Verdict]) -> str:
    """How many passed, failed, were left out."""
    number = Counter(verdict.finding for verdict in verdicts)
    return ", ".join(f"{number[finding]} {finding.value}" for finding in Finding)


def has_failed(verdicts: Sequence[Verdict]) -> bool:
    """Whether any case failed."""
    return any(verdict.finding is Finding.FAILED for verdict in verdicts)


def write_json(verdicts: Sequence[Verdict], path: Path, *, subject: str) -> None:
    """The same for a machine."""
    content: dict[str, Any] = {
        "protocol": 1,
        "subject": subject,
        "counts": {finding.value: sum(one.finding is finding for one in verdicts) for finding in Finding},
        "cases": [
            {
                "case": verdict.case.full_name,
                "chapter": verdict.case.chapter,
                "title": verdict.case.title,
                "finding": verdict.finding.value,
                "expected": verdict.expected,
                "came": verdict.came,
                "remedy": verdict.case.remedy if verdict.finding is Finding.FAILED else "",
                "seconds": round(verdict.seconds, 3),
            }
            for verdict in verdicts
        ],
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
