"""Golden files: what the gateway answers to each conversation, with keys, clock and chance fixed, so that it is always the same.

`python -m onecard.conformance.golden` writes docs/golden anew (make golden); a test compares.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import hashlib
import itertools
import json
import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

if TYPE_CHECKING:
    from onecard.conformance.cases import Case
    from onecard.conformance.kit import Kit
    from onecard.conformance.wire import Answer, Ask, Wire

FOLDER = Path(__file__).parents[2] / "docs" / "golden"
FIRST_DAY = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)
"""Noon on campus. Each case begins a minute after the one before; the clock goes on by a second with each request."""


class FixedWorld:
    """A world without chance: the clock goes on with requests only, and what is random is counted."""

    def __init__(self) -> None:
        self.now = FIRST_DAY
        self._bytes = itertools.count()
        self._seed = "world"

    def begin(self, name: str, *, at: datetime) -> None:
        """From here on chance and clock depend on nothing that happened before."""
        self._seed, self._bytes, self.now = name, itertools.count(), at

    def token_bytes(self, count: int | None = None) -> bytes:
        """In place of secrets.token_bytes."""
        return hashlib.shake_256(f"{self._seed} {next(self._bytes)}".encode()).digest(count or 32)

    def choice(self, letters: str) -> str:
        """In place of secrets.choice."""
        return letters[self.token_bytes(1)[0] % len(letters)]

    @contextlib.contextmanager
    def fixed(self) -> Iterator[None]:
        """Inside the block this is the world, in every thread."""
        from onecard.gateway import passes
        from onecard.kernel import clock

        with contextlib.ExitStack() as stack:
            for place, name, instead in (
                (clock, "now", lambda: self.now),
                (secrets, "token_bytes", self.token_bytes),
                (secrets, "choice", self.choice),
                (passes, "key_file", lambda name: hashlib.sha256(f"golden {name}".encode()).digest()),
            ):
                stack.enter_context(mock.patch.object(place, name, instead))
            yield


class Recorder:
    """A wire that writes down what goes over it, and lets the clock go on."""

    def __init__(self, wire: Wire, world: FixedWorld) -> None:
        self._wire = wire
        self._world = world
        self.exchanges: list[tuple[Ask, Answer]] = []

    async def send(self, ask: Ask) -> Answer:
        """The wire's answer."""
        self._world.now += timedelta(seconds=1)
        answer = await self._wire.send(ask)
        self.exchanges.append((ask, answer))
        return answer


def files() -> dict[str, str]:
    """Every golden file's text by its name below docs/golden. The database must be an empty installation of its own."""
    from onecard.conformance.vectors import vectors
    from onecard.kernel.secrets import PERSONAL_KEY, SEARCH_KEY, key_file

    for name in ("at-rest.key", SEARCH_KEY, PERSONAL_KEY.format(1)):
        key_file(name)  # made now if the installation has none yet: never of counted bytes
    found = {f"vectors/{name}.json": _text(content) for name, content in vectors().items()}
    world = FixedWorld()
    with world.fixed():
        return found | asyncio.run(_conversations(world))


async def _conversations(world: FixedWorld) -> dict[str, str]:
    from onecard.conformance.gateway_cases import GATEWAY_CASES
    from onecard.conformance.in_process import InProcessWire
    from onecard.conformance.kit import Kit
    from onecard.conformance.preparing import OwnHand, prepared_in_thread
    from onecard.gateway.app import Gateway

    gateway = InProcessWire(Gateway())
    recorder = Recorder(gateway, world)
    posts, cards = await prepared_in_thread()
    kit = Kit(recorder, posts, cards, OwnHand())
    found = {}
    golden = [case for case in GATEWAY_CASES.all if case.is_golden]
    try:
        for at, case in enumerate(golden, start=1):
            world.begin(case.full_name, at=FIRST_DAY + timedelta(minutes=at))
            await kit.set_out()
            recorder.exchanges.clear()
            keys = _keys(kit)
            await case.run(kit)
            found[f"{case.chapter}-{case.full_name.replace('.', '/')}.json"] = _text(_written(case, keys, recorder.exchanges))
    finally:
        await gateway.stop()
    return found


def _keys(kit: Kit) -> list[dict[str, str | int]]:
    """What the terminals hold when the conversation begins."""
    return [
        {
            name: value.hex() if isinstance(value, bytes) else value
            for name, value in dataclasses.asdict(dataclasses.replace(device, wire=None)).items()  # type: ignore[arg-type]
            if name != "wire"
        }
        for device in kit.devices.values()
    ]


def _written(case: Case[Kit], keys: Any, exchanges: list[tuple[Ask, Answer]]) -> dict[str, Any]:
    return {
        "case": case.full_name,
        "chapter": case.chapter,
        "title": case.title,
        "terminals": keys,
        "exchanges": [{"request": _request(ask), "answer": _answer(answer)} for ask, answer in exchanges],
    }


def _request(ask: Ask) -> dict[str, Any]:
    sent: dict[str, Any] = {"method": ask.method, "target": ask.target, "headers": ask.all_headers}
    if ask.raw is not None:
        sent["text"] = ask.raw.decode()
    elif ask.message is not None:
        sent["body"] = ask.message
    return sent


def _answer(answer: Answer) -> dict[str, Any]:
    headers = {name: value for name, value in answer.headers.items() if name in ("retry-after", "www-authenticate")}
    return {"status": answer.status, "headers": headers, "body": json.loads(answer.body)}


def _text(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def write(texts: dict[str, str], *, folder: Path = FOLDER) -> None:
    """Write the files, and remove those that are none any more."""
    for old in folder.rglob("*.json"):
        if str(old.relative_to(folder)) not in texts:
            old.unlink()
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def main() -> None:
    """Write docs/golden from a gateway on a database of its own."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onecard.settings")
    import django

    django.setup()
    from onecard.kernel import env, postgres
    from onecard.simulation.scratch import scratch_database

    if not env.text("ONECARD_DATABASE_URL"):
        postgres.ensure_running()
    with scratch_database():
        write(files())


if __name__ == "__main__":
    main()
