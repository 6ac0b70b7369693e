"""`onecard doctor`: is the installation sound?"""

from __future__ import annotations

import typer

from onecard.cli import console, django_ready


def doctor() -> None:
    """Check the installation and say what to do about each fault; exit code 1 if there is one."""
    django_ready()
    from onecard.checkup import findings

    found = findings()
    for finding in found:
        mark = "[green]ok[/green]   " if finding.is_ok else "[red]FAULT[/red]"
        console.print(f"{mark} {finding.subject}: {finding.text}", highlight=False)
    if not all(finding.is_ok for finding in found):
        raise typer.Exit(1)
