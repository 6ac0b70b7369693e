"""`onecard audit`: the log of who did what proves itself."""

from __future__ import annotations

import typer

from onecard.cli import console, fail, whoever_runs_this
from onecard.cli.ready import database_ready, steps

app = typer.Typer(name="audit", no_args_is_help=True, help="The audit log: verify its chain.")


@app.callback()
def group() -> None:
    """The audit log: verify its chain."""


@app.command()
def verify() -> None:
    """Recompute the hash of every audit event and its place in the chain. Exit code 1 when one is wrong."""
    database_ready()
    from onecard.access.actions.verify_audit_log import verify_audit_log
    from onecard.audit.actions.verify_events import verify_next_part

    run = verify_audit_log(whoever_runs_this())
    with steps() as progress:
        while run.finished_at is None:
            run = verify_next_part(run)
            progress("events", run.checked_id, run.upto_id)
    if run.broken_id is not None:
        raise fail(f"event {run.broken_id} is not what was written, or not where: the chain is broken there")
    console.print(f"The chain of {run.checked:,} audit events is whole.", highlight=False)
