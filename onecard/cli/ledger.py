"""`onecard ledger`: verify seals, prove transfers, trial balance, invariants."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from onecard.cli import console, errors, fail
from onecard.cli.ready import database_ready, steps

if TYPE_CHECKING:
    from onecard.closing.types import Verification

app = typer.Typer(name="ledger", no_args_is_help=True, help="The ledger proves itself: verify, prove, check, balance.")


@app.command()
def verify(
    *,
    day: Annotated[datetime | None, typer.Option("--day", formats=["%Y-%m-%d"], help="Only this closed day.")] = None,
    balances: Annotated[
        bool, typer.Option("--balances/--no-balances", help="Compare every account with its transfers, too.")
    ] = True,
) -> None:
    """Recompute every sealed day from its transfers; check chain, signatures and reports. Exit code 1 when something is wrong."""
    database_ready()
    from onecard.closing import queries

    if day is not None and queries.seal_of(day.date()) is None:
        raise fail(f"{day.date()} is not closed")
    with steps() as progress:
        found = queries.verify(
            day.date() if day else None,
            progress=lambda done, total: progress("transfers", done, total),
            balances=balances,
        )
    _show(found)


@app.command()
def prove(
    transfer_id: Annotated[int, typer.Argument(metavar="ID", help="The transfer's id.")],
    *,
    out: Annotated[Path | None, typer.Option("--out", help="Write the proof to this file.")] = None,
) -> None:
    """Print the proof that a transfer is in its sealed day; anyone can check it without the database."""
    database_ready()
    from onecard.closing import proof, queries

    found = queries.prove(transfer_id)
    if isinstance(found, queries.ProofRefusal):
        raise fail(f"transfer {transfer_id}: {found.value}")
    text = proof.write(found)
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
        console.print(f"The proof of transfer {transfer_id} is in {out}", highlight=False)


@app.command("check-proof")
def check_proof(
    file: Annotated[Path, typer.Argument(help="What `ledger prove` wrote.")],
    *,
    public_key: Annotated[
        Path | None, typer.Option("--public-key", help="The centre's seal-ed25519.pub.pem, to be sure whose seal it is.")
    ] = None,
) -> None:
    """Check a proof offline: no database, no settings. Exit code 1 when it does not hold."""
    from onecard.closing import proof
    from onecard.closing.seals import read_public_key

    expected = read_public_key(public_key.read_bytes()) if public_key else None
    found = proof.check_proof(file.read_bytes(), public_key=expected)
    if found.proof is None or found.seal is None or not found.holds:
        raise fail(f"{file}: the proof does not hold: {'; '.join(found.reasons)}")
    one, seal = found.proof.transfer, found.seal
    console.print(
        f"The proof holds: transfer {one.id} of {one.amount_fen} fen, {one.occurred_at.isoformat()},"
        f" is in the sealed day {seal.business_date}.",
        highlight=False,
    )
    console.print(f"Report {seal.report_no}, root {seal.root}, key {seal.public_key_id}", highlight=False)
    if expected is None:
        console.print("Compare root and key with the printed report, or give --public-key.", highlight=False)


@app.command("trial-balance")
def trial_balance(
    *,
    day: Annotated[datetime | None, typer.Option("--day", formats=["%Y-%m-%d"], help="A business day; the open one.")] = None,
) -> None:
    """Print the trial balance by subject; exit code 1 when it is not zero."""
    database_ready()
    from onecard.kernel.money import yuan
    from onecard.ledger import queries

    lines = queries.trial_balance(day.date() if day else None)
    table = Table(f"{day.date() if day else queries.open_day()}")
    for heading in ("Opening", "Debits", "Credits", "Closing"):
        table.add_column(heading, justify="right")
    for line in lines:
        figures = (line.opening_fen, line.debits_fen, line.credits_fen, line.closing_fen)
        table.add_row(f"{line.subject.value} {line.subject.label}", *(yuan(figure) for figure in figures))
    console.print(table)
    off_by_fen = sum(line.subject.normal_side * line.closing_fen for line in lines)
    if off_by_fen:
        raise fail(f"the trial balance is off by {yuan(off_by_fen)}")


@app.command()
def invariants() -> None:
    """Run the invariants of all rooms and name what breaks them; exit code 1 then."""
    database_ready()
    from onecard.kernel.invariants import run_all

    with console.status("Running the invariants …"):
        broken = run_all()
    for one in broken:
        errors.print(str(one), highlight=False, markup=False, soft_wrap=True)
    if broken:
        raise typer.Exit(1)
    console.print("Every invariant holds.")


def _show(found: Verification) -> None:
    rate = found.transfers / found.seconds if found.seconds else 0
    for finding in found.findings:
        day = finding.day or "all days"
        errors.print(f"{day}: {finding.fault.value} {finding.detail}", highlight=False, markup=False, soft_wrap=True)
    console.print(
        f"{found.days:,} days, {found.transfers:,} transfers in {found.seconds:.1f} s ({rate:,.0f} a second)", highlight=False
    )
    if not found.is_sound:
        raise fail(f"{len(found.findings)} things are wrong")
    console.print("Every seal verifies.")


@app.command("rotate-seal-key")
def rotate_seal_key(reason: Annotated[str, typer.Argument(help="Why; it stands in the audit log.")]) -> None:
    """Set the key that signs seals aside and make a new one; what the old one signed stays verifiable."""
    database_ready()
    from onecard.access.types import Actor
    from onecard.closing.actions.rotate_seal_key import rotate_seal_key as rotate
    from onecard.closing.keys import public_bytes, signing_key
    from onecard.closing.seals import key_id

    rotate(Actor.system("onecard ledger rotate-seal-key"), reason)
    console.print(f"Seals are signed with key {key_id(public_bytes(signing_key()))} from now on.", highlight=False)
