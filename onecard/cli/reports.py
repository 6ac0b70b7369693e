"""`onecard reports`: reports by mail."""

from __future__ import annotations

from collections import Counter

import typer

from onecard.cli import console, errors
from onecard.cli.ready import database_ready

app = typer.Typer(name="reports", no_args_is_help=True, help="Reports by mail.")


@app.callback()
def reports() -> None:
    """Reports by mail."""


@app.command()
def send() -> None:
    """Send every report that is due and was not sent yet; for cron, as often as you like. Exit code 1 if one failed."""
    database_ready()
    from onecard.access.types import Actor
    from onecard.reports.actions.send_report import send_report
    from onecard.reports.models import Subscription
    from onecard.reports.types import ReportOutcome

    actor = Actor.system("reports")
    outcomes: Counter[ReportOutcome] = Counter()
    for one in Subscription.objects.filter(ended_at=None).order_by("pk"):
        outcome = send_report(actor, one.pk)
        outcomes[outcome] += 1
        if outcome in (ReportOutcome.FAILED, ReportOutcome.REFUSED_NO_SERVER):
            problem = one.sendings.order_by("-pk").values_list("problem", flat=True).first() or ""
            errors.print(f"{one}: {outcome.value} {problem}", highlight=False, markup=False, soft_wrap=True)
    for outcome, count in outcomes.items():
        console.print(f"{outcome.value}: {count}", highlight=False)
    if outcomes[ReportOutcome.FAILED] or outcomes[ReportOutcome.REFUSED_NO_SERVER]:
        raise typer.Exit(1)
