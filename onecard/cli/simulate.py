"""`onecard simulate`: a seeded campus drives the real system; its books must equal the true ones."""

from __future__ import annotations

import secrets
from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from onecard.cli import console, errors
from onecard.cli.ready import database_ready, steps

if TYPE_CHECKING:
    from onecard.simulation.run import DayResult, Run

FIRST_DAY = date(2026, 9, 1)


def simulate(
    *,
    people: Annotated[int, typer.Option(help="How many people.", min=1, max=100_000)] = 600,
    merchants: Annotated[int, typer.Option(help="How many merchants.", min=1, max=200)] = 12,
    terminals: Annotated[int, typer.Option(help="How many terminals.", min=1, max=5_000)] = 30,
    days: Annotated[int, typer.Option(help="How many business days.", min=1, max=366)] = 3,
    months: Annotated[
        int, typer.Option(help="Instead of days: until so many months are closed against finance's balance.", min=0, max=60)
    ] = 0,
    seed: Annotated[int | None, typer.Option(help="The same seed is the same campus and the same days.")] = None,
    faults: Annotated[bool, typer.Option(help="Doubles, late, torn and contradicting records, gaps.")] = True,
) -> None:
    """Simulate a campus in a database of its own, its books compared with the true ones; exit 1 if they differ."""
    database_ready()
    from onecard.access.types import Actor
    from onecard.simulation.campus import build_campus
    from onecard.simulation.run import Run
    from onecard.simulation.scratch import scratch_database

    seed = secrets.randbelow(1_000_000) if seed is None else seed
    console.print(f"Seed {seed}", highlight=False)
    campus = build_campus(seed=seed, first_day=FIRST_DAY, people=people, merchants=merchants, terminals=terminals)
    with scratch_database(), steps() as progress:
        run = Run(campus, actor=Actor.system("simulation"), faults=faults, progress=progress)
        results = run_until_closed(run, months=months) if months else run_days(run, days=days)
    show(results, seed=seed)


def run_days(run: Run, *, days: int) -> list[DayResult]:
    """Open the first day and let `days` of them happen, each closed; stops after a day that differs from truth."""
    from onecard.simulation.run import open_campus

    results: list[DayResult] = []
    open_campus(run)
    for day in (run.campus.first_day + timedelta(days=at) for at in range(days)):
        results.append(run.run_day(day, next_day=day + timedelta(days=1)))
        if results[-1].differences:
            break
    return results


def run_until_closed(run: Run, *, months: int) -> list[DayResult]:
    """Let days happen until so many months are closed, each against the true books' balance; print each month."""
    from onecard.kernel.money import yuan
    from onecard.simulation.month_ends import MonthEnd, run_months
    from onecard.simulation.run import open_campus

    results: list[DayResult] = []
    open_campus(run)
    for happened in run_months(run, months=months):
        if isinstance(happened, MonthEnd):
            result = happened.result
            balance = f"balance {yuan(result.books_fen)}, finance's {yuan(result.finance_fen)}"
            paid = sum(one.due_fen for one in happened.statements)
            merchants = f"{len(happened.statements)} statements, {yuan(paid)} paid to merchants"
            console.print(f"{result.span}: {result.outcome.value}, {balance}, {merchants}", highlight=False)
            results[-1].differences += happened.differences
        else:
            results.append(happened)
    return results


def show(results: list[DayResult], *, seed: int) -> None:
    """Print what happened; exit code 1 with every difference if there is one."""
    outcomes: Counter[str] = sum((result.outcomes for result in results), Counter())
    for name, count in sorted(outcomes.items()):
        console.print(f"{name:<28}{count:>10,}", highlight=False)
    found = [(result.day, difference) for result in results for difference in result.differences]
    for day, difference in found:
        errors.print(f"{day}: {difference}", highlight=False, markup=False, soft_wrap=True)
    if found:
        errors.print(f"The books differ from the true ones. Again with: onecard simulate --seed {seed} …", highlight=False)
        raise typer.Exit(1)
    console.print(f"{len(results)} days, books equal to the true ones to the fen, every invariant holds.", highlight=False)
