"""`onecard cards`: the card-making centre's encoder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from onecard.cli import console, errors
from onecard.cli.ready import database_ready, steps

app = typer.Typer(name="cards", no_args_is_help=True, help="Make cards: encode a job's queue.")


@app.command("encode")
def encode(
    job: Annotated[int, typer.Argument(help="The card job's number.")],
    *,
    journal: Annotated[Path, typer.Option("--journal", help="Where the simulated encoder keeps what it wrote.")],
) -> None:
    """Encode the queued cards of a job with the simulated encoder. Killed at any moment, it goes on where it was."""
    database_ready()
    from onecard.access.types import Actor
    from onecard.cards.actions.run_card_job import NoBlanks, run_card_job
    from onecard.cards.encoder import SimulatedEncoder
    from onecard.cards.models import CardJob
    from onecard.cards.queries import job_counts
    from onecard.cards.types import JobState

    if not CardJob.objects.filter(pk=job).exists():
        errors.print(f"there is no card job {job}; the page of card jobs lists them")
        raise typer.Exit(1)
    try:
        with steps() as progress:
            for done, _card in enumerate(run_card_job(Actor.system("encoder"), job, encoder=SimulatedEncoder(journal)), start=1):
                progress("cards", done, done + job_counts(job)[JobState.QUEUED])
    except NoBlanks:
        errors.print("no blank card is left at the card-making centre: receive a box, then run this again")
        raise typer.Exit(1) from None
    counts = ", ".join(f"{count} {state.name.lower()}" for state, count in job_counts(job).items() if count)
    console.print(f"job {job}: {counts}")
