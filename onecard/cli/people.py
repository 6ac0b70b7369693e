"""`onecard people`: keys of what is private."""

from __future__ import annotations

from typing import Annotated

import typer

from onecard.cli import console
from onecard.cli.ready import database_ready, steps

app = typer.Typer(name="people", no_args_is_help=True, help="What is private of people.")


@app.callback()
def people() -> None:
    """What is private of people."""


@app.command("reseal")
def reseal(
    *,
    new_key: Annotated[bool, typer.Option("--new-key", help="Make a new key first; then copy it off site.")] = False,
) -> None:
    """Seal all private values with the newest key. After a kill, run it again without --new-key."""
    database_ready()
    from onecard.access.types import Actor
    from onecard.kernel.secrets import add_personal_key, key_ring
    from onecard.people.actions.reseal import reseal_all

    if new_key:
        add_personal_key()
    with steps() as progress:
        for done, total in reseal_all(Actor.system("reseal")):
            progress("people", done, total)
    console.print(f"All is sealed with key {key_ring().newest}. Keep the older keys: old backups need them.", highlight=False)
