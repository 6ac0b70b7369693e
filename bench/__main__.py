"""Run the benchmarks and print their ratios: `python -m bench [--rows N]`, or `make bench ROWS=N`."""

from __future__ import annotations

import argparse
import functools
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onecard.settings")

import django

django.setup()

import psycopg  # noqa: E402
from psycopg import sql as psql  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from bench import copying, counter, filling, gateway, lanes, month, statements, tpcb, world  # noqa: E402

ROUNDS = 3
BATCHES = 40
TPCB_SECONDS = 8
LEAST_ROWS = 1_000_000
GATEWAYS = 2
ONLINE_REQUESTS = 150_000
"""More than a gateway on two cores answers in TPCB_SECONDS; a request that is sent twice would be REPEATED."""
COLLECTIONS = 600
MOST_OF_A_MONTH = 9_000_000
console = Console()


def main() -> int:
    """Build, measure, print; 0 always: a benchmark informs, it does not judge."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000_000, help="transfers of the large ledger in (c), at least 1000000")
    parser.add_argument("--only", default="abefghcjdi", help="which of the ten to run, for example ab")
    options = parser.parse_args()
    rows = max(options.rows, LEAST_ROWS)
    _fresh_database()
    with console.status("building a campus …"):
        world.build()
    table = Table("", "what", "ours", "yardstick", "ratio", "goal", title="Ratios measured side by side in this run")
    grown = rows if set(options.only) & set("cd") else LEAST_ROWS
    measures: dict[str, Callable[[Table], None]] = {
        "a": _collect_against_copy,
        "b": _authorise_against_tpcb,
        "efg": functools.partial(_gateway, only=options.only),
        "h": functools.partial(_month, rows=min(rows, MOST_OF_A_MONTH)),
        "c": functools.partial(_large_against_small, rows=rows),
        "j": _counter_against_empty_page,
        "d": functools.partial(_verify_against_scan, rows=rows if "c" in options.only else LEAST_ROWS),
        "i": functools.partial(_statement_against_group_by, rows=grown),
    }
    for letters, measure in measures.items():
        if set(letters) & set(options.only):
            measure(table)
    console.print(table)
    return 0


def _fresh_database() -> None:
    from onecard.kernel import env, postgres

    if not env.text("ONECARD_DATABASE_URL"):
        postgres.ensure_running()
    world.point_at_bench_database()
    with psycopg.connect(**{**copying.owner(), "dbname": "postgres"}, autocommit=True) as connection:
        name = psql.Identifier(world.DATABASE)
        connection.execute(psql.SQL("drop database if exists {} with (force)").format(name))


_batch_no = 0


def _next_batch() -> int:
    global _batch_no  # noqa: PLW0603 - every run needs numbers of its own
    _batch_no += 1
    return _batch_no


def _booked(door: str) -> lanes.Run:
    run = lanes.run(door, batches=BATCHES, batch_no=_next_batch())
    moved = run.outcomes["BOOKED"] + run.outcomes["BOOKED_FLAGGED"] + run.outcomes["APPROVED"]
    if moved != run.outcomes.total():
        console.print(f"[red]not all were booked: {dict(run.outcomes)}[/red]")
    return run


def _alternate(*measures: Callable[[], float]) -> list[float]:
    """Run the measures in turn, ROUNDS times; the median of each."""
    taken = [[measure() for measure in measures] for _ in range(ROUNDS)]
    return [statistics.median(column) for column in zip(*taken, strict=True)]


def _row(table: Table, letter: str, what: str, ours: float, yardstick: float, *, goal: str) -> None:
    table.add_row(letter, what, f"{ours:,.0f}/s", f"{yardstick:,.0f}/s", f"{ours / yardstick:.2f}", goal)
    console.print(f"{letter} {what}: {ours / yardstick:.2f} (goal {goal})")


def _collect_against_copy(table: Table) -> None:
    growth = []

    def ours() -> float:
        run = _booked("collect")
        growth.append(run.growth_kib)
        return run.rate

    _booked("collect")
    mine, driver, ready = _alternate(
        ours,
        lambda: copying.rate(batches=BATCHES, ready=False),
        lambda: copying.rate(batches=BATCHES, ready=True),
    )
    _row(table, "a", "collect against COPY of the same rows from Python values", mine, driver, goal="≥ 0.5")
    _row(table, "a", "collect against COPY of the same rows rendered beforehand", mine, ready, goal="-")
    console.print(f"  peak memory of a collecting process grew by {max(growth):,} KiB while it booked")


def _authorise_against_tpcb(table: Table) -> None:
    tpcb.prepare()
    mine, theirs = _alternate(lambda: _booked("authorise").rate, lambda: tpcb.rate(seconds=TPCB_SECONDS))
    _row(table, "b", "authorise against pgbench TPC-B, 8 clients", mine, theirs, goal="≥ 10")


def _large_against_small(table: Table, *, rows: int) -> None:
    with console.status("filling to 1,000,000 transfers …"):
        filling.fill(rows=LEAST_ROWS)
    small = _settled_rate()
    with console.status(f"filling to {rows:,} transfers …"):
        present = filling.fill(rows=rows)
    large = _settled_rate()
    _row(table, "c", f"collect with {present:,} transfers against 1,000,000", large, small, goal="≥ 0.9")


def _counter_against_empty_page(table: Table) -> None:
    """(j): a clerk's page about a person against the same page about nobody; the goal is in milliseconds, the row a ratio."""
    with console.status(f"{counter.PEOPLE:,} people, {LEAST_ROWS:,} movements …"):
        counter.admit_people()
        present = filling.fill(rows=LEAST_ROWS)
    client = counter.clerks_browser()
    scan, letters, empty = _alternate(
        lambda: counter.scanned(client), lambda: counter.typed(client), lambda: counter.empty(client)
    )
    for what, rate in (("a scanned card", scan), ("pinyin initials", letters)):
        _row(table, "j", f"counter's page for {what}, {present:,} movements, against the empty page", rate, empty, goal="-")
        is_quick = 1_000 / rate < counter.GOAL_MS
        console.print(f"  {1_000 / rate:.1f} ms a page: {'under' if is_quick else 'NOT under'} {counter.GOAL_MS} ms")
    slowest_ms, statement = counter.slowest_query_ms(client)
    console.print(f"  slowest statement {slowest_ms:.1f} ms: {statement[:120]}")


def _gateway(table: Table, *, only: str) -> None:
    """(e), (f), (g): through HTTP, with sessions and MACs, load generator and database on the same cores."""
    if not gateway.has_wrk():
        console.print("[yellow]wrk is not installed (Debian: apt-get install wrk): the gateway is not measured[/yellow]")
        return
    from onecard.terminals.models import Terminal

    terminals = Terminal.objects.order_by("pk").values_list("pk", "merchant_id")
    many = gateway.open_sessions([pk for pk, _ in terminals])
    with tempfile.TemporaryDirectory() as folder, gateway.serving(workers=GATEWAYS) as port:
        online = functools.partial(_online, port, folder=Path(folder))
        if "e" in only:
            tpcb.prepare()
            online(many)
            mine, theirs = _alternate(lambda: online(many), lambda: tpcb.rate(seconds=TPCB_SECONDS))
            _row(table, "e", "one purchase a request, 256 connections, against pgbench TPC-B", mine, theirs, goal="≥ 2")
        if "f" in only:
            _booked("collect")
            mine, ready = _alternate(
                lambda: _collected(port, many, folder=Path(folder)), lambda: copying.rate(batches=BATCHES, ready=False)
            )
            _row(table, "f", "collections of 1,000 records against COPY of the same rows", mine, ready, goal="≥ 0.4")
        if "g" in only:
            hot = gateway.open_sessions(world.terminals_of_one_merchant())
            one, spread = _alternate(lambda: online(hot), lambda: online(many))
            _row(table, "g", "online, one hot merchant against 200", one, spread, goal="≥ 0.8")


def _online(port: int, senders: list[gateway.Sender], *, folder: Path) -> float:
    prepared = gateway.Prepared(folder, senders, batch_no=_next_batch()).online(requests=ONLINE_REQUESTS)
    seen = gateway.load(port, "/v1/purchases", prepared=prepared, connections=256, seconds=TPCB_SECONDS)
    console.print(f"  p99 {seen.p99_ms:,.0f} ms, {seen.refused} refused, {seen.lost} without an answer")
    return seen.rate


def _collected(port: int, senders: list[gateway.Sender], *, folder: Path) -> float:
    prepared = gateway.Prepared(folder, senders, batch_no=_next_batch()).collected(requests=COLLECTIONS, records=lanes.BATCH)
    return gateway.load(port, "/v1/collections", prepared=prepared, connections=2, seconds=TPCB_SECONDS).rate * lanes.BATCH


def _month(table: Table, *, rows: int) -> None:
    """(h): closes and boards, in seconds as ratios: how many bare passes over the same rows they cost."""
    with console.status(f"filling a month with {rows:,} transfers …"):
        day, after = month.fill_month(rows=rows)
    closed, kept, bare = (
        statistics.median(column) for column in zip(*(month.day_close(day) for _ in range(ROUNDS)), strict=True)
    )
    _times(table, "day close against GROUP BY account", closed, bare, goal="≤ 3")
    _times(table, "of it: keeping the day's sums", kept, bare, goal="-")
    _times(table, f"month close of {rows:,} against GROUP BY account", *month.month_close(day, after=after), goal="≤ 3")
    _times(table, "board of a term against the same sums from all transfers", *month.board(), goal="≤ 0.1")


def _times(table: Table, what: str, ours: float, yardstick: float, *, goal: str) -> None:
    table.add_row("h", what, f"{ours:.2f} s", f"{yardstick:.2f} s", f"{ours / yardstick:.2f}", goal)
    console.print(f"h {what}: {ours / yardstick:.2f} (goal {goal})")


def _settled_rate() -> float:
    """The rate once every page in use was written since the last checkpoint: the first write of a page logs it whole."""
    for _ in range(2):
        _booked("collect")
    return statistics.median(_booked("collect").rate for _ in range(ROUNDS))


def _verify_against_scan(table: Table, *, rows: int) -> None:
    from onecard.access.types import Actor
    from onecard.closing.actions.close_day import close_day
    from onecard.closing.queries import verify
    from onecard.kernel import clock

    present = filling.fill(rows=rows)
    with console.status(f"closing a day of {present:,} transfers …"):
        result = close_day(Actor.system("bench"), clock.today())
    console.print(f"  closed: {result.outcome.name}")
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def ours() -> float:
        found = verify(balances=False)
        if found.findings:
            console.print(f"[red]{found.findings}[/red]")
        return found.transfers / found.seconds

    mine, scan, full = _alternate(ours, _scan, _full_verification)
    _row(table, "d", "ledger verify (seals) against a sequential scan", mine, scan, goal="≥ 0.2")
    _row(table, "d", "ledger verify with balances against a sequential scan", full, scan, goal="-")
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib
    console.print(f"  peak memory of the verifying process grew by {grown:,} KiB")


def _statement_against_group_by(table: Table, *, rows: int) -> None:
    present = filling.fill(rows=rows)
    account_id, transfers = statements.largest_account()
    mine, bare = _alternate(
        lambda: transfers / statements.drafting_s(account_id), lambda: transfers / statements.bare_s(account_id)
    )
    _row(table, "i", "statement of the largest merchant against a bare GROUP BY", mine, bare, goal="≥ 0.33")
    console.print(f"  {transfers:,} of {present:,} transfers in {transfers / mine:.2f} s (goal ≤ 1 s at 10,000,000)")


def _full_verification() -> float:
    from onecard.closing.queries import verify

    found = verify()
    return found.transfers / found.seconds


def _scan() -> float:
    """Transfers a second of a bare sequential scan with count and sum, in one process as verification's reader is."""
    with psycopg.connect(**copying.owner()) as connection:
        connection.execute("set max_parallel_workers_per_gather = 0")
        started = time.perf_counter()
        row = connection.execute("select count(*), sum(amount_fen) from ledger_transfer").fetchone()
        return float(row[0] if row else 0) / (time.perf_counter() - started)


sys.exit(main())
