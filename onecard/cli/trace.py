"""`onecard trace`: one record's way through the system."""

from __future__ import annotations

from typing import Annotated

import typer

from onecard.cli import console, django_ready, fail


def trace(
    record: Annotated[str, typer.Argument(help="TERMINAL/BATCH/NUMBER, for example 341101/248/17.")],
) -> None:
    """Print the stops of one terminal's record: sequence watch, answer, transfers, business day, seal, or why it is held."""
    parts = record.split("/")
    if len(parts) != 3 or not (parts[1].isdecimal() and parts[2].isdecimal()):
        raise fail(f"{record!r} is not TERMINAL/BATCH/NUMBER, for example 341101/248/17")
    django_ready()
    from onecard.closing.trace import stops_of

    stops = stops_of(parts[0], batch_no=int(parts[1]), seq=int(parts[2]))
    if stops is None:
        raise fail(f"no terminal {parts[0]} is registered")
    for stop in stops:
        console.print(f"[bold]{stop.name:<10}[/bold] {stop.text}", highlight=False)
