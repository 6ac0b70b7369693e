"""Constructs that the project does without, each with what to use instead."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.code.source import MONEY_ROOMS, ROOT, is_test, tracked


def in_money_room(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return path.suffix == ".py" and parts[0] == "onecard" and parts[1] in MONEY_ROOMS and not is_test(path)


def in_package(path: Path) -> bool:
    return path.suffix == ".py" and path.relative_to(ROOT).parts[0] == "onecard" and not is_test(path)


def in_rooms(path: Path) -> bool:
    return in_package(path) and path.relative_to(ROOT).parts[1] not in ("cli", "kernel") and path.name != "screenshots.py"


def anywhere(path: Path) -> bool:
    return path.suffix in {".py", ".sql", ".md", ".toml", ".lock", ".html", ".yaml", ""} and path.name != Path(__file__).name


@dataclasses.dataclass(frozen=True)
class Ban:
    name: str
    pattern: str
    instead: str
    where: Callable[[Path], bool]
    bad: str
    good: str


# Written in pieces, so that this file does not contain what it looks for.
REGISTRIES = "|".join(
    re.escape(host) for host in ("pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "deb.debian" + ".org")
)

BANS = (
    Ban("float", r"\bfloat\(|\bDecimal\b", "whole fen (kernel/money.py)", in_money_room, "float(amount)", "amount_fen // 2"),
    Ban("clock", r"\bdatetime\.now\(|\butcnow\(|\bdate\.today\(", "kernel.clock", in_rooms, "datetime.now(UTC)", "clock.now()"),
    Ban("print", r"^\s*print\(", "the CLI's console", in_rooms, "print(1)", "console.print(1)"),
    Ban("sleep", r"\bsleep\(", "wait for the event itself", is_test, "time.sleep(1)", "event.wait(timeout=1)"),
    Ban("todo", r"\b(TODO|FIXME|XXX)\b", "do it, or an issue", anywhere, "# TODO: later", "# why it is so"),
    Ban("host", REGISTRIES, "nothing: name no registry", anywhere, "see pypi" + ".org", "see the lock file"),
    Ban("machine", r"(?<![\w.])/(work|farm)/", "a path relative to the checkout", anywhere, "cd /work" + "/x", "cd network/x"),
)


@pytest.mark.parametrize("ban", BANS, ids=lambda ban: ban.name)
def test_nobody_uses(ban: Ban) -> None:
    pattern = re.compile(ban.pattern, re.MULTILINE)
    assert pattern.search(ban.bad)
    assert not pattern.search(ban.good)
    found = []
    for path in tracked():
        if ban.where(path) and (path.suffix != ".py" or path.name != Path(__file__).name):
            try:
                text = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
            found += [
                f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, hit.start()) + 1} {hit[0]!r}: use {ban.instead}"
                for hit in pattern.finditer(text)
            ]
    assert found == []


def test_names_say_something() -> None:
    banned = {"utils", "helpers", "common", "manager", "data", "info", "signals", "misc"}
    assert [str(path) for path in tracked(".py") if path.stem in banned or path.parent.name in banned] == []
