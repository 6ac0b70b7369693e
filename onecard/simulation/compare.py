"""Compare the system's books with the true ones, to the fen."""

from __future__ import annotations

from onecard.kernel import sql
from onecard.ledger import queries as ledger
from onecard.ledger.types import Subject
from onecard.simulation.truth import Books
from onecard.terminals import queries as terminals

BANK_AND_CASH = (Subject.BANK_CLEARING, Subject.TILL_CASH, Subject.CASH_TO_FINANCE, Subject.SAFE_CASH)


def differences(books: Books) -> list[str]:
    """Every figure that the system has otherwise than the true books, as a sentence; empty when they agree."""
    return [*_purses(books), *_payables(books), *_centre(books), *_watch(books)]


def _purses(books: Books) -> list[str]:
    rows = sql.call(sql.text_of("simulation", "queries/purses"), [list(books.cash)])
    system = {person_no: (cash, subsidy) for person_no, cash, subsidy in rows}
    true = {person_no: (cash, books.subsidy[person_no]) for person_no, cash in books.cash.items()}
    return [
        f"purses (cash, subsidy) of {person_no}: {system.get(person_no)} in the system, {purses} in truth"
        for person_no, purses in true.items()
        if system.get(person_no) != purses
    ]


def _payables(books: Books) -> list[str]:
    system = {code: fen for (_, code), fen in _before_settlement(Subject.MERCHANT_PAYABLE).items()}
    return [
        f"payable to {code}: {system.get(code)} fen in the system, {fen} in truth"
        for code, fen in books.payable.items()
        if system.get(code) != fen
    ]


def _centre(books: Books) -> list[str]:
    expected = (
        ("bank and cash", BANK_AND_CASH, books.bank),
        ("subsidies receivable", [Subject.SUBSIDY_RECEIVABLE], books.receivable),
        ("losses on lost cards", [Subject.LOST_CARD_LOSSES], books.losses),
    )
    found = [(what, sum(_before_settlement(*subjects).values()), fen) for what, subjects, fen in expected]
    return [f"{what}: {system} fen in the system, {fen} in truth" for what, system, fen in found if system != fen]


def _before_settlement(*subjects: Subject) -> dict[tuple[int, str], int]:
    """Balances in fen by (subject, merchant), without what settlement booked: truth is what people bought, not who was paid."""
    rows = sql.call(sql.text_of("simulation", "queries/before_settlement"), [list(subjects)])
    return {(subject, code): fen for subject, code, fen in rows}


def _watch(books: Books) -> list[str]:
    found = []
    if (held := ledger.held_count()) != len(books.held):
        found.append(f"held records: {held} in the system, {len(books.held)} in truth")
    if (missing := terminals.missing_totals()) != books.missing():
        found.append(f"(missing numbers, places): {missing} in the system, {books.missing()} in truth")
    return found
