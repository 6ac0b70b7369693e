"""Who makes sales at the terminal under test: a script that reads orders, or a person who is asked."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Callable
from typing import Protocol

from onecard.conformance.cases import Failed

ORDERS = {
    "enrol URL TERMINAL CODE": "enrol at this address; answer `done`",
    "sell CARD FEN": "one sale; answer `paid`, when the customer was told so, or `refused`",
    "restart": "power off and on, with whatever its storage keeps; answer `done`",
    "roll": "roll the key that opens sessions; answer `done`, or `no` when the terminal cannot",
}
"""What a script is told, a line each; it answers with one line, when it is done."""
PAID = ("paid", "sold")


class Driver(Protocol):
    """Carries out one of ORDERS and gives the answer's first word."""

    async def order(self, *words: object) -> str:
        """Returns when it is done; Failed when the script is gone or silent."""

    async def close(self) -> None:
        """No order follows."""


class ScriptDriver:
    """A command that reads orders from its standard input and answers on its standard output, a line each."""

    def __init__(self, process: asyncio.subprocess.Process, *, patience_s: float) -> None:
        self._process = process
        self._patience_s = patience_s

    @classmethod
    async def started(cls, command: str, *, patience_s: float) -> ScriptDriver:
        """Start the command; OSError when it cannot be started."""
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*shlex.split(command), stdin=pipe, stdout=pipe)
        return cls(process, patience_s=patience_s)

    async def order(self, *words: object) -> str:
        """The answer's first word."""
        order = " ".join(map(str, words))
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise Failed(f"an answer to `{order}`", "no pipes")
        try:
            stdin.write(f"{order}\n".encode())
            await stdin.drain()
            async with asyncio.timeout(self._patience_s):
                line = await stdout.readline()
        except (OSError, TimeoutError) as problem:
            raise Failed(f"an answer to `{order}` from the script", type(problem).__name__) from None
        said = line.decode("utf-8", "replace").split()
        if not said:
            raise Failed(f"an answer to `{order}` from the script", f"it ended with code {await self._process.wait()}")
        return said[0].lower()

    async def close(self) -> None:
        """End the script, by closing its input, and by force when that is not enough."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            async with asyncio.timeout(5):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


class PersonDriver:
    """Asks whoever stands at the terminal. `ask` shows a text and gives what was typed."""

    def __init__(self, ask: Callable[[str], str]) -> None:
        self._ask = ask

    async def order(self, *words: object) -> str:
        """What the person says came of it."""
        match words:
            case ("sell", card_no, fen):
                text = f"Sell {int(str(fen)) / 100:.2f} yuan to card {card_no}. Was the customer told that it is paid? (y/n)"
                return "paid" if (await asyncio.to_thread(self._ask, text)).lower().startswith("y") else "refused"
            case ("enrol", url, terminal, code):
                await asyncio.to_thread(self._ask, f"Enrol at {url} as terminal {terminal} with code {code}. Then press Enter.")
            case ("roll",):
                text = "Have the terminal roll its key. Can it, and did you? (y/n)"
                return "done" if (await asyncio.to_thread(self._ask, text)).lower().startswith("y") else "no"
            case _:
                await asyncio.to_thread(self._ask, "Switch the terminal off and on again. Then press Enter.")
        return "done"

    async def close(self) -> None:
        """Nothing to end."""
