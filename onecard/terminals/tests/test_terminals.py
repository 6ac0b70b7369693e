"""Registered terminals: keys, states, and the sequence watch as records arrive."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import IntegrityError, transaction

from onecard.access.types import NotPermitted
from onecard.kernel import sql
from onecard.terminals import queries
from onecard.terminals.actions.disable_terminal import disable_terminal
from onecard.terminals.actions.enable_terminal import enable_terminal
from onecard.terminals.actions.register_terminal import TerminalOutcome, register_terminal
from onecard.terminals.models import Terminal
from onecard.terminals.types import Gap, TerminalState
from tests.world import NOON, World


def arrive(world: World, *numbers: int, batch_no: int = 1, terminal: str = "plain") -> None:
    rows = [[world.terminals[terminal]] * len(numbers), [batch_no] * len(numbers), list(numbers), NOON]
    sql.call("select terminals_mark_received_v1(%b::bigint[], %b::integer[], %b::bigint[], %b)", rows)


def test_gaps_close_as_late_records_arrive(world: World) -> None:
    plain = world.terminals["plain"]
    arrive(world, 3, 1, 7, 3)
    assert queries.gaps() == [Gap(plain, 1, 2, 2), Gap(plain, 1, 4, 6)]
    assert queries.missing_totals() == (4, 2)
    arrive(world, 5)
    assert queries.gaps() == [Gap(plain, 1, 2, 2), Gap(plain, 1, 4, 4), Gap(plain, 1, 6, 6)]
    arrive(world, 2, 4, 6)
    assert queries.gaps() == []
    assert queries.missing_totals() == (0, 0)


def test_gaps_are_counted_by_batch_and_terminal(world: World) -> None:
    arrive(world, 2, batch_no=0)
    arrive(world, 1, batch_no=5)
    arrive(world, 3, terminal="shop")
    assert queries.gaps(terminal_id=world.terminals["shop"]) == [Gap(world.terminals["shop"], 1, 1, 2)]
    assert queries.gaps(limit=1) == [Gap(world.terminals["plain"], 0, 1, 1)]
    assert queries.missing_totals() == (3, 2)


def test_every_terminal_has_a_key_of_its_own_that_is_not_readable_in_the_table(world: World) -> None:
    assert len(set(world.keys.values())) == len(world.terminals)
    for terminal in Terminal.objects.all():
        assert world.keys[terminal.pk] not in bytes(terminal.record_key)
    assert queries.record_keys([987_654]) == {}
    assert queries.sources_of([987_654]) == {}


def test_states(world: World) -> None:
    clerk = world.cast.clerk
    assert disable_terminal(clerk, "plain", reason="moved") is TerminalOutcome.DONE
    assert disable_terminal(clerk, "plain", reason="again") is TerminalOutcome.REPEATED
    found = Terminal.objects.get(code="plain")
    assert (found.state, found.disabled_for, found.disabled_by) == (TerminalState.DISABLED, "moved", "clerk")
    assert enable_terminal(clerk, "plain") is TerminalOutcome.DONE
    assert enable_terminal(clerk, "plain") is TerminalOutcome.REPEATED
    assert Terminal.objects.get(code="plain").disabled_for == ""
    for change in (enable_terminal, partial(disable_terminal, reason="moved")):
        with pytest.raises(Terminal.DoesNotExist), transaction.atomic():
            change(clerk, "nowhere")
        with pytest.raises(NotPermitted), transaction.atomic():
            change(world.cast.outsider, "plain")


def test_a_code_is_taken_once(world: World) -> None:
    merchant_id = Terminal.objects.get(code="shop").merchant_id
    assert register_terminal(world.cast.clerk, "shop", merchant_id=merchant_id) is TerminalOutcome.REFUSED_CODE_TAKEN
    with pytest.raises(NotPermitted), transaction.atomic():
        register_terminal(world.cast.outsider, "new", merchant_id=merchant_id)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"single_limit_fen": 0}, "terminal_single_limit_is_positive"),
        ({"opens_at": None}, "terminal_hours_are_a_pair"),
        ({"opens_at": "02:00"}, "terminal_hours_are_a_pair"),
        ({"disabled_for": "moved"}, "enabled_terminal_has_no_reason_to_be_disabled"),
    ],
)
def test_the_database_knows_the_rules_too(world: World, change: dict[str, object], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Terminal.objects.filter(code="night").update(**change)


def test_a_records_name_and_that_of_its_reversal(world: World) -> None:
    plain = Terminal.objects.get(code="plain")
    number = 248 * 10**9 + 17
    assert plain.record_name(number) == plain.record_name(-number) == plain.record_title(number) == "plain/248/17"
    assert plain.record_title(-number) == "plain/248/17 (reversal)"
    assert plain.record_name(-1) == "plain/0/1"
