"""`onecard feed`: what door, library and canteen systems are told of people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from onecard.cli import console
from onecard.cli.ready import database_ready

app = typer.Typer(name="feed", no_args_is_help=True, help="Deliver to other systems what they need to know of people.")
Code = Annotated[str, typer.Argument(help="Code of the feed.")]


@app.command("deliver")
def deliver(
    code: Code,
    *,
    out: Annotated[Path, typer.Option(help="File to write; .csv or .jsonl.")],
    full: Annotated[bool, typer.Option("--full", help="Everything, not only what changed since it acknowledged.")] = False,
) -> None:
    """Number what changed and write it to a file; the system takes it in and acknowledges the number."""
    form = out.suffix.removeprefix(".")
    if form not in ("csv", "jsonl"):
        raise typer.BadParameter("the file's name must end in .csv or .jsonl")
    database_ready()
    from onecard.access.types import Actor
    from onecard.feeds.actions.deliver_feed import deliver_feed
    from onecard.feeds.actions.fetch_feed import fetch_feed
    from onecard.feeds.files import lines_of

    actor = Actor.system("feed delivery")
    made = deliver_feed(actor, code, is_full=full)
    draft = out.with_name(f".{out.name}.draft")
    with draft.open("wb") as file:
        file.writelines(lines_of(fetch_feed(actor, code, since=made.since), form=form))
    draft.replace(out)
    counts = f"{made.kept:,} rows, {made.removed:,} to remove, {made.total:,} in all"
    console.print(f"Delivery {made.number} after {made.since}: {counts} → {out}", highlight=False, soft_wrap=True)


@app.command("acknowledge")
def acknowledge(
    code: Code,
    number: Annotated[int, typer.Argument(help="Up to which number the system has taken it in.")],
    *,
    held: Annotated[int, typer.Option(help="How many people it says it holds now.")],
) -> None:
    """Note a system's acknowledgement; exit code 1 when it holds more or fewer than it was told of."""
    database_ready()
    from onecard.access.types import Actor
    from onecard.feeds.actions.acknowledge_feed import acknowledge_feed
    from onecard.feeds.types import FeedOutcome

    answer = acknowledge_feed(Actor.system("feed delivery"), code, number=number, held=held)
    console.print(f"{answer.outcome.name}: holds {held:,}, was told of {answer.expected:,}", highlight=False)
    if answer.outcome in (FeedOutcome.COUNT_DIFFERS, FeedOutcome.REFUSED_NUMBER):
        raise typer.Exit(1)
