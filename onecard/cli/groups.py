"""Which commands there are."""

from __future__ import annotations

import typer

from onecard.cli import (
    audit,
    cards,
    conformance,
    day,
    demo,
    doctor,
    feed,
    gateway,
    imports,
    ledger,
    migrate,
    month,
    operator,
    people,
    policies,
    reports,
    settlement,
    simulate,
    terminal,
    trace,
    up,
    web,
)


def add_to(app: typer.Typer) -> None:
    """Add every command and group to the app, in the order that help shows them."""
    app.command("up")(up.up)
    app.command("web")(web.web)
    app.command("gateway")(gateway.gateway)
    app.command("migrate")(migrate.migrate)
    app.command("demo")(demo.demo)
    app.command("simulate")(simulate.simulate)
    app.command("trace")(trace.trace)
    app.command("doctor")(doctor.doctor)
    app.add_typer(operator.app, name="operator")
    app.add_typer(imports.app, name="import")
    app.add_typer(feed.app, name="feed")
    app.add_typer(people.app, name="people")
    app.add_typer(cards.app, name="cards")
    app.add_typer(day.app, name="day")
    app.add_typer(month.app, name="month")
    app.add_typer(ledger.app, name="ledger")
    app.add_typer(settlement.app, name="settlement")
    app.add_typer(audit.app, name="audit")
    app.add_typer(policies.app, name="policies")
    app.add_typer(reports.app, name="reports")
    app.add_typer(terminal.app, name="terminal")
    app.add_typer(conformance.app, name="conformance")
