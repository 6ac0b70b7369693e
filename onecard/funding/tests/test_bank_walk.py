"""Random banks: what comes at once, in files, late, again, with other amounts; results and money against a plain model."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onecard.funding.actions.book_bank_file import book_bank_file
from onecard.funding.actions.book_bank_transfers import book_bank_transfers
from onecard.funding.layouts import BANK, LAYOUTS
from onecard.funding.models import BankFile
from onecard.funding.tests.banks import findings, hand_in, said
from onecard.funding.types import FundingLine
from tests.world import DAY, NOON, World, balances, broken_invariants

WHO = ("lin", "wang", "chen", "nobody")


@dataclasses.dataclass
class Model:
    """Who got what under which number, on which day of the walk, and what the bank has named so far."""

    booked: dict[int, tuple[str, int, int]] = dataclasses.field(default_factory=dict)
    named: set[int] = dataclasses.field(default_factory=set)

    def file(self, lines: dict[int, tuple[str, int]], *, day: int) -> dict[int, str]:
        self.named |= set(lines)
        results = {reference: self._result(reference, line) for reference, line in lines.items()}
        for reference, (_who, _amount, on) in self.booked.items():
            if reference not in self.named:
                results[reference] = "waiting" if day - on <= 3 else "unknown"
        for reference, (who, amount) in lines.items():
            if results[reference] == "not_booked" and who != "nobody":
                self.booked[reference] = (who, amount, day)
        return results

    def _result(self, reference: int, line: tuple[str, int]) -> str:
        if reference not in self.booked:
            return "not_booked"
        return "equal" if self.booked[reference][:2] == line else "differs"

    def money(self) -> dict[str, int]:
        sums = dict.fromkeys(WHO[:3], 0)
        for who, amount, _on in self.booked.values():
            sums[who] += amount
        return sums


at_once = st.tuples(st.just("at once"), st.integers(1, 9), st.sampled_from(WHO[:3]), st.integers(1, 3))
file = st.tuples(
    st.just("file"),
    st.sampled_from(list(LAYOUTS.values())),
    st.dictionaries(st.integers(1, 9), st.tuples(st.sampled_from(WHO), st.integers(1, 3)), max_size=6),
    st.booleans(),
)
days = st.lists(st.lists(st.one_of(at_once, file), max_size=3), min_size=1, max_size=6)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None, max_examples=25)
@given(walk=days)
def test_results_and_money_are_those_of_the_model(world: World, walk: list[list[tuple[object, ...]]]) -> None:
    with transaction.atomic():
        model, before = Model(), balances(world)
        for day, events in enumerate(walk):
            for event in events:
                step(world, model, event, day=day)
        after = balances(world)
        assert {who: after[who] - before[who] for who in WHO[:3]} == model.money()
        assert broken_invariants() == {}
        transaction.set_rollback(True)


def step(world: World, model: Model, event: tuple[object, ...], *, day: int) -> None:
    moment = NOON + timedelta(days=day)
    if event[0] == "at once":
        _what, reference, who, amount_fen = event
        book_bank_transfers(world.cast.clerk, [FundingLine(reference, world.people[who], amount_fen, moment)], source=BANK)  # type: ignore[arg-type, index]
        model.booked.setdefault(reference, (who, amount_fen, day))  # type: ignore[arg-type]
        return
    _what, layout, lines, is_reversed = event
    rows = [said(reference, who, amount_fen, at=moment) for reference, (who, amount_fen) in lines.items()]  # type: ignore[attr-defined]
    known = BankFile.objects.count()
    hand_in(world, rows[::-1] if is_reversed else rows, layout=layout, day=DAY + timedelta(days=day))  # type: ignore[arg-type]
    if BankFile.objects.count() > known:
        assert findings() == model.file(lines, day=day)  # type: ignore[arg-type]
    book_bank_file(world.cast.clerk, BankFile.objects.latest("pk").pk)
