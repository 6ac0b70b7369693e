"""The chain is verified part by part; a change that somebody with the owner's rights made is found where it is."""

from __future__ import annotations

import pytest
from django.db import connections

from onecard.access.actions.verify_audit_log import verify_audit_log
from onecard.access.types import Actor, NotPermitted
from onecard.audit import queries
from onecard.audit.actions.record_event import record_event
from onecard.audit.actions.verify_events import verify_next_part
from onecard.audit.models import Event, Verification
from tests.world import actors

AUDITOR = Actor.system("auditor")


def write_events(count: int) -> None:
    for at in range(count):
        record_event(
            actor_id=None, actor_name="clerk", action="a.b", subject=str(at), payload_digest=b"", outcome="DONE", request_id=""
        )


def verified(*, most: int) -> tuple[Verification, int]:
    """A whole run, and how many parts it took."""
    run, parts = verify_audit_log(AUDITOR), 0
    while run.finished_at is None:
        run, parts = verify_next_part(run, most=most), parts + 1
    return run, parts


def test_parts_of_any_size_find_the_chain_whole(db: None) -> None:
    write_events(25)
    for most, parts in ((7, 4), (25, 2), (1_000, 1)):
        run, took = verified(most=most)
        assert (run.broken_id, run.checked, run.percent) == (None, Event.objects.count() - 1, 100)
        assert took == parts
    assert queries.last_verification() == run


def test_a_run_that_broke_off_goes_on(db: None) -> None:
    write_events(10)
    run = verify_next_part(verify_audit_log(AUDITOR), most=4)
    assert (run.finished_at, run.checked, run.percent) == (None, 4, 100 * run.checked_id // run.upto_id)
    run = verify_next_part(Verification.objects.get(pk=run.pk), most=100)
    assert (run.broken_id, run.checked) == (None, 10)


def test_an_empty_log_is_whole(db: None) -> None:
    run, _parts = verified(most=5)
    assert (run.broken_id, run.checked, run.percent) == (None, 0, 100)


@pytest.mark.parametrize("most", [3, 10, 1_000])
@pytest.mark.parametrize(
    "damage",
    [
        "update audit_event set outcome = 'REFUSED' where id = %s",
        "update audit_event set at = at + interval '1 microsecond' where id = %s",
        "update audit_event set hash = sha256(hash) where id = %s",
        "delete from audit_event where id = %s - 1",
    ],
)
def test_what_was_changed_is_found(own_database: str, damage: str, most: int) -> None:
    write_events(20)
    ids = list(Event.objects.order_by("pk").values_list("pk", flat=True))
    with connections["owner"].cursor() as cursor:
        cursor.execute("alter table audit_event disable trigger append_only")
        cursor.execute(damage, [ids[9]])
    connections["owner"].close()
    run, _parts = verified(most=most)
    assert run.broken_id == ids[9] == queries.first_broken()


def test_who_may_not_verify_does_not(db: None) -> None:
    with pytest.raises(NotPermitted):
        verify_audit_log(actors().outsider)
    assert not Verification.objects.exists()
