"""`onecard conformance`: is a gateway, or a terminal, what the protocol's document says?"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from typer.core import TyperGroup

from onecard.cli import console, fail

if TYPE_CHECKING:
    from onecard.conformance.cases import Verdict
    from onecard.conformance.driver import Driver
    from onecard.conformance.hand import Hand
    from onecard.conformance.kit import Post

WIDEST = 160


class UrlMeansGateway(TyperGroup):
    """`onecard conformance URL` is `onecard conformance gateway URL`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the command in front of a URL."""
        return super().parse_args(ctx, ["gateway", *args] if args and "://" in args[0] else args)


app = typer.Typer(
    cls=UrlMeansGateway,
    no_args_is_help=True,
    help="Try a gateway, or a terminal, case by case against docs/terminal-protocol.md. A URL alone is a gateway's.",
)
Only = Annotated[list[str] | None, typer.Option(help="Only cases whose names begin so: online, online.approved.")]
Json = Annotated[Path | None, typer.Option("--json", help="Write the findings to this file, for a machine.")]


@app.command()
def gateway(
    url: Annotated[str, typer.Argument(help="The gateway's address, without /v1: http://127.0.0.1:8001.")],
    *,
    terminal: Annotated[
        list[str] | None, typer.Option(help="TERMINAL=CODE of a terminal that may be enrolled; a second one for more cases.")
    ] = None,
    card: Annotated[
        list[str] | None, typer.Option(help="KIND=NUMBER of a test card: paying, poor, lost, frozen, expired, closed.")
    ] = None,
    hand: Annotated[
        str | None, typer.Option(help="A command that acts at the centre: COMMAND code|revoke|disable|enable|lose|find WHAT.")
    ] = None,
    prepare: Annotated[
        bool, typer.Option("--prepare", help="Make terminals and cards in this installation, which is there to be tried.")
    ] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Leave out what takes longer than a few seconds.")] = False,
    only: Only = None,
    json: Json = None,
) -> None:
    """Drive a gateway through every conversation and fault; exit code 1 when a case failed.

    The paying card needs 200.00 yuan that nobody misses. What is not given leaves cases out, and the table says so.
    """
    import asyncio

    posts, cards = _given(terminal or [], card or [])
    centre = _hand(hand)
    if prepare:
        from onecard.cli.ready import database_ready

        database_ready()
        from onecard.conformance.preparing import OwnHand
        from onecard.conformance.preparing import prepare as make_ready

        (posts, cards), centre = make_ready(), OwnHand()
    if "one" not in posts:
        raise fail("name a terminal: --terminal T001=7KQ2M-XW4RD, or --prepare on the machine of this installation")
    from onecard.conformance.cases import Failed
    from onecard.conformance.gateway_cases import GATEWAY_CASES
    from onecard.conformance.gateway_run import try_gateway

    cases = GATEWAY_CASES.named(only or [])
    try:
        with _bar(len(cases)) as told:
            tried = try_gateway(url, cases, posts=posts, cards=cards, hand=centre, is_quick=quick, told=told)
            verdicts = asyncio.run(tried)
    except Failed as problem:
        raise fail(f"nothing could be tried at {url}: {problem}") from None
    _show(verdicts, subject=f"gateway at {url}", json=json)


@app.command()
def terminal(
    *,
    drive: Annotated[
        str | None, typer.Option(help="A command that reads orders and works the terminal; without it you are asked.")
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on; the terminal's network.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port for the terminal.", min=0, max=65_535)] = 8009,
    patience: Annotated[float, typer.Option(help="Seconds to wait for what the terminal should do.", min=1, max=600)] = 60,
    json: Json = None,
) -> None:
    """Play the centre for a terminal: lose answers, cut lines, change lists, watch its five duties; exit code 1 on a failure.

    `--drive "onecard terminal obey"` tries the emulated terminal.
    """
    import asyncio

    async def played() -> list[Verdict]:
        from onecard.conformance.centre import CODE, TERMINAL, Centre
        from onecard.conformance.driver import PersonDriver, ScriptDriver
        from onecard.conformance.terminal_cases import TERMINAL_CASES
        from onecard.conformance.terminal_run import serving, try_terminal

        centre = Centre()
        async with serving(centre, host=host, port=port) as address:
            console.print(f"The centre is {address}; the terminal is {TERMINAL}, its code {CODE}.", highlight=False)
            driver: Driver
            if drive is None:
                driver = PersonDriver(console.input)
            else:
                driver = await ScriptDriver.started(drive, patience_s=patience)
            try:
                cases = TERMINAL_CASES.all
                with _bar(len(cases)) if drive else contextlib.nullcontext(_line) as told:
                    return await try_terminal(address, cases, centre=centre, driver=driver, patience_s=patience, told=told)
            finally:
                await driver.close()

    _show(asyncio.run(played()), subject="terminal", json=json)


def _given(terminals: Sequence[str], cards: Sequence[str]) -> tuple[dict[str, Post], dict[str, int]]:
    """Terminals by role and cards by kind, as the options name them."""
    from onecard.conformance.kit import CARD_KINDS, SCHEMES, Post

    if len(terminals) > len(SCHEMES):
        raise ValueError(f"--terminal is given at most {len(SCHEMES)} times")
    posts = {role: Post(*_pair(text, "--terminal T001=7KQ2M-XW4RD")) for role, text in zip(SCHEMES, terminals, strict=False)}
    numbers = {}
    for text in cards:
        kind, number = _pair(text, "--card paying=600001")
        if kind not in CARD_KINDS or not number.isdigit():
            raise ValueError(f"--card {text}: write KIND=NUMBER; the kinds are {', '.join(CARD_KINDS)}")
        numbers[kind] = int(number)
    return posts, numbers


def _pair(text: str, example: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise ValueError(f"{text}: write it as in {example}")
    return name, value


def _hand(command: str | None) -> Hand | None:
    from onecard.conformance.hand import CommandHand

    return CommandHand(command) if command else None


@contextlib.contextmanager
def _bar(total: int) -> Iterator[Callable[[Verdict], None]]:
    """A bar that names the case that was tried last."""
    columns = TextColumn("{task.description:<40}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("trying", total=total)
        yield lambda verdict: progress.update(task, advance=1, description=verdict.case.full_name)


def _line(verdict: Verdict) -> None:
    """Between two questions to a person: how the last case ended."""
    console.print(f"{verdict.finding.value}: {verdict.case.title} {verdict.came}", highlight=False, markup=False)


def _show(verdicts: list[Verdict], *, subject: str, json: Path | None) -> None:
    from onecard.conformance.report import has_failed, table_of, write_json

    width = min(shutil.get_terminal_size((WIDEST, 40)).columns, WIDEST)
    console.print(table_of(verdicts, title=f"Terminal protocol v1: {subject}"), width=width)
    if json is not None:
        write_json(verdicts, json, subject=subject)
    if has_failed(verdicts):
        raise typer.Exit(1)
