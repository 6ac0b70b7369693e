"""The centre's hand: what a case needs done at the centre, which no terminal can do."""

from __future__ import annotations

import asyncio
import dataclasses
import shlex
from typing import Protocol

from onecard.conformance.cases import LeftOut

HAND_S = 60.0
DEEDS = {
    "code": "TERMINAL: issue an enrolment code and print it",
    "revoke": "TERMINAL: end the enrolment of its device",
    "disable": "TERMINAL: let it sell nothing",
    "enable": "TERMINAL: let it sell again",
    "lose": "CARD: take the report that the card is lost",
    "find": "CARD: take the report back",
}
"""What `--hand COMMAND` is called with: one of these words and what it is done to."""


class Hand(Protocol):
    """Does one of DEEDS at the centre, to a terminal or a card, and gives what it says (the code, for `code`)."""

    async def do(self, deed: str, subject: str | int) -> str:
        """Returns when it is done; LeftOut when it cannot be done."""


@dataclasses.dataclass(frozen=True, slots=True)
class CommandHand:
    """A command of somebody else's centre, run with two words more: the deed and its subject."""

    command: str

    async def do(self, deed: str, subject: str | int) -> str:
        """LeftOut when the command ends with a code that is not 0."""
        words = [*shlex.split(self.command), deed, str(subject)]
        process = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE)
        async with asyncio.timeout(HAND_S):
            said, _ = await process.communicate()
        if process.returncode != 0:
            raise LeftOut(f"`{self.command} {deed} {subject}` ended with code {process.returncode}")
        return said.decode().strip()
