"""What the tests of the till journal share: import it, and read back where the books stand."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import NamedTuple

from onecard.access.types import Actor
from onecard.closing import queries as closing
from onecard.kernel import clock, invariants, sql
from onecard.ledger import queries as ledger
from onecard.ledger.types import Subject
from onecard.purchases.types import Outcome
from onecard.simulation.import_journal import JournalReport, import_journal
from onecard.simulation.journal import TARIFF_LINE, Expected
from onecard.simulation.receipts import read_journal
from onecard.simulation.tariff import tariff_of
from onecard.terminals import queries as terminals


class Standing(NamedTuple):
    """Where the books stand."""

    payable: dict[str, int]
    bank: int
    purses: int
    missing: tuple[int, int]
    seals: int
    held: int
    transfers: int


def run_import(folder: Path) -> JournalReport:
    """Read and import the journal as the command does."""
    journal = read_journal(folder, tariff=tariff_of(TARIFF_LINE), today=clock.today())
    return import_journal(journal, actor=Actor.system("test"), progress=lambda step, done, total: None)


def standing() -> Standing:
    """Where the books stand; every invariant must hold and every seal verify."""
    assert invariants.run_all() == []
    assert closing.verify(processes=1).findings == ()
    payable = dict(
        sql.call("select m.code, a.balance_fen from merchants_merchant m join ledger_account a on a.id = m.payable_account_id")
    )
    [(purses,)] = sql.call("select coalesce(sum(balance_fen), 0)::bigint from ledger_account where subject = 2001")
    [(transfers,)] = sql.call("select count(*) from ledger_transfer")
    bank = ledger.balance_of(ledger.shared_account(Subject.BANK_CLEARING))
    return Standing(payable, bank, purses, terminals.missing_totals(), closing.seal_count(), ledger.held_count(), transfers)


def wanted(expected: Expected) -> Standing:
    """Where the books must stand after importing a journal that came to this."""
    return Standing(
        payable=dict(expected.by_merchant),
        bank=expected.funded_fen,
        purses=expected.funded_fen - expected.amount_fen,
        missing=(expected.missing, expected.places),
        seals=len(expected.days),
        held=0,
        transfers=expected.purchases + len(expected.spent),
    )


def change_weight(folder: Path, *, by_g: int) -> None:
    """Change the weight on the item file's last line."""
    path = folder / "dish_choices.csv"
    *rows, last = path.read_text(encoding="utf-8").splitlines()
    head, _, weight = last.rpartition(",")
    path.write_text("\n".join([*rows, f"{head},{int(weight) + by_g}", ""]), encoding="utf-8")


def names(outcomes: Counter[Outcome]) -> dict[str, int]:
    """Counts by the outcome's name."""
    return {outcome.name: count for outcome, count in outcomes.items()}
