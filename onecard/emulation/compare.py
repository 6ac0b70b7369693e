"""Hold the books against the terminals' own journals, record by record and to the fen."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from onecard.emulation.journal import Journal, Standing
from onecard.emulation.terminal import Terminal
from onecard.ledger import queries as ledger
from onecard.purchases import queries as purchases
from onecard.terminals import queries as terminals
from onecard.terminals.types import SEQ_PER_BATCH

Number = tuple[int, int, int]
"""Terminal, batch, number."""
Content = tuple[int, int]
"""Card number, amount in fen."""
Fact = tuple[Number, Content]


@dataclasses.dataclass(slots=True)
class Comparison:
    """Facts of the journals against purchases that took money, in records and fen; `lost` was wiped before it was sent."""

    facts: int = 0
    facts_fen: int = 0
    booked: int = 0
    booked_fen: int = 0
    held: int = 0
    lost: int = 0
    differences: list[str] = dataclasses.field(default_factory=list)


def compare(swarm: Sequence[Terminal]) -> Comparison:
    """All records of these terminals since they were enrolled; every journal must be sent out (swarm.settle)."""
    known = terminals.terminals_with({one.identity.terminal for one in swarm})
    ids = {code: row.pk for code, row in known.items()}
    codes = {row.pk: code for code, row in known.items()}
    facts, lost = _facts(swarm, ids)
    taken_back = purchases.reversed_records(codes)
    first = {ids[one.identity.terminal]: one.first_batch_no for one in swarm}
    booked = {
        row[:3]: (row.card_no, row.amount_fen)
        for row in purchases.booked_records(codes)
        if row.batch_no >= first[row.terminal_id] and row[:3] not in taken_back
    }
    held = _held({row.source_id: row.pk for row in known.values()})
    found = Comparison(booked=len(booked), booked_fen=sum(fen for _, fen in booked.values()))
    for number, content in facts:
        found.facts += 1
        found.facts_fen += content[1]
        if booked.get(number) == content:
            continue
        if (number, content) in held:
            found.held += 1
        elif (number, content) in lost:
            found.lost += 1
        else:
            found.differences.append(
                f"{_name(number, codes)}: {content} took money at the terminal, {booked.get(number)} in the books"
            )
    told = set(facts)
    strangers = [(number, content) for number, content in booked.items() if (number, content) not in told]
    found.differences += [f"{_name(number, codes)}: {content} in the books, in no journal" for number, content in strangers]
    return found


def _name(number: Number, codes: Mapping[int, str]) -> str:
    return f"{codes[number[0]]}/{number[1]}/{number[2]}"


def _facts(swarm: Iterable[Terminal], ids: Mapping[str, int]) -> tuple[dict[Fact, None], set[Fact]]:
    """What took money by any journal, each once; and those of wiped journals that nobody had sent."""
    facts: dict[Fact, None] = {}
    lost = set()
    for one in swarm:
        terminal_id = ids[one.identity.terminal]
        for path, is_wiped in [(one.journal.path, False), *((aside, True) for aside in one.wiped)]:
            for fact, standing in _lines(path, terminal_id):
                facts[fact] = None
                if is_wiped and standing is Standing.SOLD:
                    lost.add(fact)
    return facts, lost


def _lines(path: Path, terminal_id: int) -> list[tuple[Fact, Standing]]:
    journal = Journal(path)
    found = [
        (((terminal_id, line.record.batch_no, line.record.seq), (line.record.card_no, line.record.amount_fen)), line.standing)
        for line in journal.lines.values()
        if line.standing.took_money
    ]
    journal.close()
    return found


def _held(terminal_of: Mapping[int, int]) -> set[Fact]:
    found = set()
    for source_id, source_seq, raw in ledger.held_of(terminal_of):
        batch_no, seq = divmod(source_seq, SEQ_PER_BATCH)
        if "card_no" in raw:
            found.add(((terminal_of[source_id], batch_no, seq), (int(raw["card_no"]), int(raw["amount_fen"]))))
    return found
