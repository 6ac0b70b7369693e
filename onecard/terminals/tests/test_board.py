"""What the board knows, from real heartbeats, records, sessions, parameters and the blacklist."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

from onecard.access.types import Actor
from onecard.allowances.actions.take_allowances import take_allowances
from onecard.allowances.types import TAKEN_EVERY
from onecard.cards import queries as cards
from onecard.cards.actions.report_loss import report_loss
from onecard.kernel import clock
from onecard.ledger.actions.hold_records import hold_records
from onecard.terminals import queries
from onecard.terminals.actions.enrol_device import enrol_device
from onecard.terminals.actions.issue_enrolment_code import issue_enrolment_code
from onecard.terminals.actions.open_session import open_session
from onecard.terminals.actions.publish_parameters import publish_parameters
from onecard.terminals.actions.record_heartbeat import record_heartbeat
from onecard.terminals.models import Enrolment, Terminal, TerminalBatch
from onecard.terminals.parameters import OfflineLimits, ParameterContent, plain_content
from onecard.terminals.tests.test_terminals import arrive
from onecard.terminals.types import Alert, HeartbeatReport, KeyScheme, NewDevice, Presence
from tests.world import CARD_NO, NOON, World

BEAT = HeartbeatReport(
    sent_at=NOON,
    batch_no=1,
    last_seq=9,
    unsent=4,
    storage_pct=95,
    firmware="2",
    blacklist_version=0,
    parameters_version=0,
    faults=("printer-paper",),
)


def enrol(world: World, code: str) -> Enrolment:
    issued = issue_enrolment_code(world.cast.clerk, code).code
    device = NewDevice(KeyScheme.HMAC_SHA256, None, f"SN-{code}")
    assert enrol_device(Actor.system("gateway"), code, code=issued, device=device).outcome.name == "DONE"
    return Enrolment.objects.get(terminal__code=code, ended_at=None)


def test_facts_come_from_where_things_happen(world: World) -> None:
    plain = world.terminals["plain"]
    with clock.at(NOON):
        enrolment = enrol(world, "plain")
        for number in range(7):
            open_session(enrolment, challenge=f"challenge {number}", address=None)
        arrive(world, 1, 2, 5)
        arrive(world, 1, batch_no=2)
        source = Terminal.objects.get(pk=plain).source_id
        for number, reason in enumerate(("HELD_CONFLICT", "HELD_BAD_MAC", "REFUSED_CONFLICT")):
            hold_records([(source, number, {})], reason=reason, owner_post="settlement_clerk", received_at=NOON)
        record_heartbeat(plain, BEAT, heard_at=NOON + timedelta(seconds=2))
    with clock.at(NOON + timedelta(minutes=1)):
        [line] = queries.board(terminal_id=plain)
    facts = line.facts
    assert (facts.code, facts.merchant, facts.hours, facts.heartbeat_s) == ("plain", "Canteen 1", None, 30)
    assert (facts.missing, facts.places, facts.held, facts.conflicts, facts.sessions) == (2, 1, 3, 2, 7)
    assert (facts.unsent, facts.storage_pct, facts.faults, facts.clock_offset_us) == (4, 95, ("printer-paper",), 2_000_000)
    assert (facts.last_record_at, facts.heard_at) == (NOON, NOON + timedelta(seconds=2))
    assert (line.presence, line.alerts) == (
        Presence.ONLINE,
        (Alert.CLONE_SUSPECTED, Alert.FAULT, Alert.STORAGE_NEARLY_FULL, Alert.BLACKLIST_BEHIND),
    )


def test_sessions_are_counted_for_an_hour(world: World) -> None:
    with clock.at(NOON):
        enrolment = enrol(world, "plain")
        for number in range(7):
            open_session(enrolment, challenge=f"challenge {number}", address=None)
    with clock.at(NOON + timedelta(hours=1, seconds=1)):
        assert queries.facts(terminal_id=world.terminals["plain"])[0].sessions == 0


def test_a_terminal_that_nobody_is(world: World) -> None:
    with clock.at(NOON):
        lines = queries.board()
    assert {line.facts.code for line in lines} == set(world.terminals)
    assert {(line.presence, line.alerts, line.facts.blacklist_changes) for line in lines} == {(Presence.NO_DEVICE, (), 0)}
    night = next(line.facts for line in lines if line.facts.code == "night")
    assert night.hours is not None


def publish(scope: str, *, hours_from_noon: int, heartbeat_s: int) -> int:
    content = plain_content(ParameterContent(heartbeat_s=heartbeat_s))
    moment = (NOON + timedelta(hours=hours_from_noon)).isoformat()
    actor = Actor.system("test")
    assert publish_parameters(actor, scope, content=content, effective_from=moment, reason="x").name == "DONE"
    return max(version for version in queries.contents_of(range(1_000)))


def test_the_version_that_is_due_is_the_one_that_the_gateway_tells(world: World) -> None:
    publish("all", hours_from_noon=-9, heartbeat_s=11)
    publish("merchant:canteen", hours_from_noon=-8, heartbeat_s=12)
    publish("terminal:plain", hours_from_noon=-7, heartbeat_s=13)
    publish("terminal:limited", hours_from_noon=7, heartbeat_s=14)
    newest = publish("all", hours_from_noon=-6, heartbeat_s=15)
    applied = publish("merchant:shop", hours_from_noon=9, heartbeat_s=99)
    record_heartbeat(world.terminals["shop"], BEAT, heard_at=NOON)
    with clock.at(NOON):
        due = {one.terminal_id: one.parameters_due for one in queries.facts()}
        assert due == {pk: queries.parameters_for(pk, at=NOON)[0] for pk in world.terminals.values()}
        assert due[world.terminals["shop"]] == newest
        told = dataclasses.replace(BEAT, parameters_version=applied)
        record_heartbeat(world.terminals["shop"], told, heard_at=NOON)
        assert queries.facts(terminal_id=world.terminals["shop"])[0].heartbeat_s == 99


def test_the_lag_counts_changes_cards_and_time(world: World) -> None:
    held = cards.blacklist_head().version
    with clock.at(NOON):
        enrol(world, "shop")
        report_loss(world.cast.clerk, CARD_NO["chen"])
        record_heartbeat(world.terminals["shop"], dataclasses.replace(BEAT, blacklist_version=held), heard_at=NOON)
    with clock.at(NOON + timedelta(minutes=20)):
        report_loss(world.cast.clerk, CARD_NO["wang"])
        facts = queries.facts(terminal_id=world.terminals["shop"])[0]
    assert (facts.blacklist_changes, facts.blacklist_cards, facts.blacklist_since) == (2, 2, NOON)


def test_a_terminal_that_needs_an_allowance_is_exposed_by_what_its_list_gives(world: World) -> None:
    """The cast's cards that were lost before the list was taken are not on it; Chen's was, and gets lost."""
    content = plain_content(ParameterContent(offline=OfflineLimits(needs_allowance=True)))
    actor = Actor.system("test")
    publish_parameters(actor, "terminal:plain", content=content, effective_from=NOON.isoformat(), reason="x")
    version = queries.parameters_for(world.terminals["plain"], at=NOON)[0]
    held = take_allowances()
    for code in ("plain", "shop"):
        enrol(world, code)
    report_loss(world.cast.clerk, CARD_NO["chen"])

    def exposed(allowances_version: int | None) -> dict[str, tuple[int | None, int | None]]:
        now = clock.now()
        for code, parameters_version in (("plain", version), ("shop", 0)):
            beat = dataclasses.replace(BEAT, parameters_version=parameters_version, allowances_version=allowances_version)
            record_heartbeat(world.terminals[code], beat, heard_at=now)
        return {one.line.facts.code: (one.given_fen, one.exposure_fen) for one in queries.exposures()}

    every_card = {"shop": (None, cards.blacklist_head().count * 5_000)}
    assert exposed(held) == every_card | {"plain": (5_000, 5_000)}
    assert exposed(None) == every_card | {"plain": (5_000, 5_000)}
    with clock.at(clock.now() + 2 * TAKEN_EVERY):
        newer = take_allowances()
        assert exposed(newer) == every_card | {"plain": (0, 0)}
        assert exposed(held) == every_card | {"plain": (5_000, 5_000)}
        facts = queries.facts(terminal_id=world.terminals["plain"])[0]
    assert (facts.needs_allowance, facts.allowances_version, facts.allowances_changes) == (True, held, newer - held)
    assert facts.allowances_since is not None
    assert not queries.facts(terminal_id=world.terminals["shop"])[0].needs_allowance


def test_a_batch_is_whole_when_nothing_is_missing_any_more(world: World) -> None:
    batch = {"terminal_id": world.terminals["plain"], "batch_no": 1}
    arrive(world, 1, 2, 4)
    assert not TerminalBatch.objects.get(**batch).is_whole
    arrive(world, 3)
    assert TerminalBatch.objects.get(**batch).is_whole
    assert queries.missing_totals() == (0, 0)
