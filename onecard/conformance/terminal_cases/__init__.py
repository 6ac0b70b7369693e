"""The cases of a terminal, in the order in which they are played: each begins where the one before ended."""

from __future__ import annotations

from onecard.conformance.cases import Cases
from onecard.conformance.stage import Stage

TERMINAL_CASES: Cases[Stage] = Cases()

from onecard.conformance.terminal_cases import (  # noqa: E402, F401, I001 - the order matters
    beginning,
    answers,
    offline,
    centre_says,
    ending,
)
