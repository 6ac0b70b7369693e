"""`onecard terminal …`: emulated terminals against a gateway."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from onecard.cli import console

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Coroutine, Sequence

    from onecard.emulation.compare import Comparison
    from onecard.emulation.swarm import Seen
    from onecard.emulation.terminal import Terminal

app = typer.Typer(help="Emulated terminals against a gateway.", no_args_is_help=True)
Gateway = Annotated[str, typer.Option(help="The gateway's address.")]
Seed = Annotated[int, typer.Option(help="The same seed is the same terminals, customers and faults.")]
FaultsWanted = Annotated[bool, typer.Option("--faults/--no-faults", help="Let everything go wrong now and then.")]
Folder = Annotated[Path | None, typer.Option(help="Where the terminals keep keys and journals; else a temporary folder.")]


@app.command()
def run(
    codes: Annotated[list[str] | None, typer.Argument(help="TERMINAL=CODE, or TERMINAL alone on the centre's machine.")] = None,
    *,
    gateway: Gateway = "http://127.0.0.1:8001",
    cards: Annotated[str, typer.Option(help="Card numbers of the customers, separated by commas.")] = "",
    seconds: Annotated[float, typer.Option(help="How long.", min=1, max=86_400)] = 30,
    rate: Annotated[float, typer.Option(help="Sales a second, all terminals together.", min=0.01, max=5_000)] = 2,
    faults: FaultsWanted = False,
    seed: Seed = 1,
    folder: Folder = None,
) -> None:
    """Enrol terminals that are registered, let customers come, collect everything, and say what happened.

    Without an enrolment code, this installation issues one (and revokes whatever device is the terminal now).
    """
    import asyncio

    from onecard.emulation.faults import EVERY_FAULT, NONE
    from onecard.emulation.swarm import enrolled, settle, trade

    if not codes or not cards:
        raise ValueError("name at least one terminal, and --cards: onecard terminal run T001=7KQ2M-XW4RD --cards 600001,600002")
    secrets = dict(_with_code(one) for one in codes)
    customers = [int(one) for one in cards.split(",")]
    rates = EVERY_FAULT if faults else NONE

    async def everything(place: Path, seen: Seen) -> list[Terminal]:
        async with enrolled(gateway, secrets, folder=place, rates=rates, seed=seed) as swarm:
            await trade(swarm, cards=customers, sales_per_s=rate, seconds=seconds, seed=seed, seen=seen)
            await settle(swarm)
            return swarm

    with tempfile.TemporaryDirectory() as temporary, _Bar(seconds) as seen:
        swarm = asyncio.run(everything(folder or Path(temporary), seen))
    show(swarm)


def _with_code(given: str) -> tuple[str, str]:
    terminal, has_code, code = given.partition("=")
    if has_code:
        return terminal, code
    from onecard.access.types import Actor
    from onecard.cli.ready import database_ready

    database_ready()
    from onecard.terminals import queries
    from onecard.terminals.actions.issue_enrolment_code import issue_enrolment_code

    if terminal not in queries.terminals_with([terminal]):
        raise ValueError(f"there is no terminal {terminal}; register it on the staff pages")
    return terminal, issue_enrolment_code(Actor.system("onecard terminal run"), terminal).code


@app.command()
def obey(folder: Folder = None) -> None:
    """One emulated terminal that reads orders and answers each with a line, so that the conformance kit can drive it.

    Orders: `enrol URL TERMINAL CODE`, `sell CARD FEN`, `restart`, `roll`. Ends with its input.
    """
    import asyncio
    import sys

    from onecard.emulation.obey import obey_lines

    with tempfile.TemporaryDirectory() as temporary:
        asyncio.run(obey_lines(folder or Path(temporary), sys.stdin.readline, typer.echo))


@app.command()
def live(gateway: Gateway = "http://127.0.0.1:8001") -> None:
    """The demo's own terminals, until Ctrl-C: they sell now and then, so that the status board lives."""
    import asyncio
    import os

    from onecard.cli.ready import database_ready

    os.nice(10)  # pages and gateway come first
    database_ready()
    from django.db import connections

    from onecard.emulation import living

    cards, codes = living.settle_in(), living.enrolment_codes()
    connections.close_all()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_until_told(living.keep_selling(gateway, codes, cards=cards, folder=Path(folder))))


async def _until_told(work: Coroutine[Any, Any, None]) -> None:
    """Do it until SIGINT or SIGTERM, then end cleanly."""
    import asyncio
    import contextlib
    import signal

    task = asyncio.ensure_future(work)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task


@app.command()
def lunch(
    *,
    gateway: Gateway = "http://127.0.0.1:8001",
    terminals: Annotated[int, typer.Option(help="Terminals of the canteen.", min=3, max=1_000)] = 60,
    cards: Annotated[int, typer.Option(help="Holders of cards.", min=10, max=100_000)] = 20_000,
    seconds: Annotated[float, typer.Option(help="How long the hour takes.", min=5, max=36_000)] = 120,
    rounds: Annotated[float, typer.Option(help="How often each buys on average.", min=0.1, max=20)] = 1,
    cut: Annotated[bool, typer.Option("--cut/--no-cut", help="Cut the network from minute 25 to 35.")] = True,
    faults: FaultsWanted = False,
    kills: Annotated[int, typer.Option(help="Kill -9 gateway or embedded PostgreSQL so many times.", min=0, max=10_000)] = 0,
    close: Annotated[bool, typer.Option("--close/--no-close", help="Close the business day afterwards.")] = True,
    seed: Seed = 1,
    folder: Folder = None,
) -> None:
    """Build a canteen on this installation, run its lunch hour against the running gateway, compare books and journals.

    For an installation that is there to be tried: `onecard up` in another window. Exit code 1 when a fen is missing.
    """
    from onecard.cli.ready import database_ready, steps

    database_ready()
    import asyncio

    from django.db import connection

    from onecard.emulation import lunch as hour
    from onecard.emulation.compare import compare
    from onecard.emulation.faults import EVERY_FAULT, NONE

    plan = hour.Plan(terminals, cards, seconds, seed, EVERY_FAULT if faults else NONE, cut, kills, rounds)
    with steps() as progress:
        campus = hour.build_canteen(plan, progress=progress)
    codes = hour.enrolment_codes(campus)
    customers = [one.card_no for one in campus.holders]
    connection.close()  # it would not outlive the server's kills
    with tempfile.TemporaryDirectory() as temporary:
        with _Bar(seconds) as seen:
            place = folder or Path(temporary)
            swarm = asyncio.run(hour.lunch(gateway, codes, cards=customers, folder=place, plan=plan, seen=seen))
        comparison = compare(swarm)
    show(swarm)
    _judge(comparison)
    if close:
        _close_day()


class _Bar:
    """A bar that fills while the terminals trade."""

    def __init__(self, seconds: float) -> None:
        self._progress = Progress(
            TextColumn("{task.description:<60}"), BarColumn(), TimeElapsedColumn(), console=console, transient=True
        )
        self._task = self._progress.add_task("trading", total=seconds)

    def __enter__(self) -> Seen:
        self._progress.start()
        return self._seen

    def __exit__(self, *_problem: object) -> None:
        self._progress.stop()

    def _seen(self, passed: float, counts: Counter[str]) -> None:
        words = f"paid {counts['paid']:,}  offline {counts['sold']:,}  unsent {counts['unsent']:,}"
        self._progress.update(self._task, completed=passed, description=words)


def show(swarm: Sequence[Terminal]) -> None:
    """What the terminals did."""
    from onecard.emulation.swarm import by_standing, counts_of

    table = Table("what", "number", title=f"{len(swarm)} terminals")
    for name, number in [*sorted(counts_of(swarm).items()), *sorted(by_standing(swarm).items())]:
        table.add_row(name, f"{number:,}")
    console.print(table)


def _judge(comparison: Comparison) -> None:
    console.print(
        f"Journals: {comparison.facts:,} records took {comparison.facts_fen:,} fen."
        f" Books: {comparison.booked:,} records, {comparison.booked_fen:,} fen."
        f" Held {comparison.held:,}, wiped before they were sent {comparison.lost:,}.",
        highlight=False,
    )
    for difference in comparison.differences[:20]:
        console.print(f"[red]{difference}[/red]", highlight=False)
    if comparison.differences:
        raise typer.Exit(1)
    console.print(
        "Books and journals agree to the fen." if not comparison.held + comparison.lost else "Nothing is unaccounted for."
    )


def _close_day() -> None:
    from onecard.access.types import Actor
    from onecard.closing.actions.close_day import close_day
    from onecard.ledger import queries as ledger

    day = ledger.open_day()
    if day is None:
        return
    started = time.monotonic()
    result = close_day(Actor.system("lunch"), day)
    console.print(f"{day} closed: {result.outcome.name} ({time.monotonic() - started:.1f} s)", highlight=False)
    if result.outcome.name != "DONE":
        raise typer.Exit(1)
