"""Cases (用例): what is tried, in the order of the protocol's chapters, and what came of it."""

from __future__ import annotations

import dataclasses
import enum
import inspect
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Generic, TypeVar

K = TypeVar("K")
CHAPTERS = {
    1: "transport",
    2: "enrolment",
    3: "sessions",
    4: "records",
    5: "online",
    6: "collecting",
    7: "parameters",
    8: "blacklist",
    9: "heartbeat",
}
"""The chapters of docs/terminal-protocol.md, with the words that names of cases begin with."""
MOST_SHOWN = 300


class Failed(Exception):
    """It is not as the protocol says."""

    def __init__(self, expected: object, came: object) -> None:
        super().__init__(f"expected {expected}, came {came}")
        self.expected = str(expected)[:MOST_SHOWN]
        self.came = str(came)[:MOST_SHOWN]


class LeftOut(Exception):
    """The case cannot be tried; the message says what it needs."""


class Finding(enum.Enum):
    """What came of a case."""

    PASSED = "passed"
    FAILED = "failed"
    LEFT_OUT = "left out"


@dataclasses.dataclass(frozen=True, slots=True)
class Case(Generic[K]):
    """One thing that the protocol says, and how it is tried. `remedy`: what to do when it fails.

    Golden: the conversation comes out the same each time, so it is kept under docs/golden.
    """

    chapter: int
    name: str
    title: str
    remedy: str
    run: Callable[[K], Awaitable[None]]
    is_golden: bool = False

    @property
    def full_name(self) -> str:
        """The chapter's word and the case's name: online.approved."""
        return f"{CHAPTERS[self.chapter]}.{self.name}"


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one case; `expected` and `came` where it failed, `came` alone where it was left out."""

    case: Case[Any]
    finding: Finding
    expected: str = ""
    came: str = ""
    seconds: float = 0


class Cases(Generic[K]):
    """The cases of one side, in order. `add` is the decorator: the docstring's first line is the title, the rest the remedy."""

    def __init__(self) -> None:
        self.all: list[Case[K]] = []

    def add(
        self, chapter: int, *, is_golden: bool = False
    ) -> Callable[[Callable[[K], Awaitable[None]]], Callable[[K], Awaitable[None]]]:
        """Make the function a case of this chapter."""

        def added(run: Callable[[K], Awaitable[None]]) -> Callable[[K], Awaitable[None]]:
            title, _, remedy = (inspect.getdoc(run) or "").partition("\n")
            name = run.__name__
            self.all.append(Case(chapter, name, title, " ".join(remedy.split()), run, is_golden))
            return run

        return added

    def named(self, wanted: Iterable[str]) -> list[Case[K]]:
        """The cases whose full names begin with one of these words, all without any; ValueError when a word names none."""
        words = tuple(wanted)
        for word in words:
            if not any(case.full_name.startswith(word) for case in self.all):
                raise ValueError(
                    f"no case begins with {word}; names are chapter.name, and chapters {', '.join(CHAPTERS.values())}"
                )
        return [case for case in self.all if not words or case.full_name.startswith(words)]


async def verdict_of(case: Case[K], kit: K) -> Verdict:
    """Try one case. Whatever goes wrong in it is a finding, never an exception."""
    started = time.monotonic()

    def verdict(finding: Finding, expected: str = "", came: str = "") -> Verdict:
        return Verdict(case, finding, expected, came, time.monotonic() - started)

    try:
        await case.run(kit)
    except Failed as failed:
        return verdict(Finding.FAILED, failed.expected, failed.came)
    except LeftOut as reason:
        return verdict(Finding.LEFT_OUT, came=str(reason))
    except Exception as problem:  # one case must not cost the others their verdict
        return verdict(Finding.FAILED, "something that the kit foresaw", repr(problem)[:MOST_SHOWN])
    return verdict(Finding.PASSED)


def expect(what: str, came: object, expected: object) -> None:
    """Failed unless they are equal."""
    if came != expected:
        raise Failed(f"{what}: {expected}", came)


def expect_one_of(what: str, came: object, expected: Iterable[object]) -> None:
    """Failed unless it is one of these."""
    allowed = list(expected)
    if came not in allowed:
        raise Failed(f"{what}: one of {', '.join(map(str, allowed))}", came)
