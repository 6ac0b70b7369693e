"""The bytes that are sealed are those that PostgreSQL sends."""

from __future__ import annotations

import hashlib

import pytest
from django.db import connection

from onecard.closing import leaves
from onecard.closing.leaves import COLUMNS, LEAF_BYTES, leaf_bytes, leaf_hash, leaf_hashes
from onecard.closing.queries import fields_of
from onecard.kernel import sql
from onecard.ledger.models import Transfer
from onecard.purchases.actions.collect_purchases import collect_purchases
from tests.world import World


def test_leaf_bytes_are_those_of_copy_binary(world: World) -> None:
    collect_purchases([world.record(seq) for seq in range(1, 20)])
    [transfer] = Transfer.objects.order_by("-pk")[:1]
    statement = f"copy (select {', '.join(COLUMNS)} from ledger_transfer where id = {transfer.pk}) to stdout (format binary)"
    with sql.raw_connection().cursor() as cursor, cursor.copy(statement.encode()) as copy:
        sent = b"".join(bytes(part) for part in copy)
    header, trailer = 19, 2
    assert sent[header:-trailer] == leaf_bytes(fields_of(transfer))
    assert len(leaf_bytes(fields_of(transfer))) == LEAF_BYTES
    assert leaf_bytes(fields_of(transfer))[:2] == b"\x00\x0d"


def test_stream_hashes_every_transfer_in_id_order(world: World) -> None:
    collect_purchases([world.record(seq) for seq in range(1, 50)])
    transfers = list(Transfer.objects.order_by("pk"))
    streamed = leaf_hashes(sql.raw_connection(), first_id=transfers[0].pk, last_id=transfers[-1].pk)
    assert streamed == [leaf_hash(fields_of(transfer)) for transfer in transfers]
    assert streamed[0] == hashlib.sha256(leaf_bytes(fields_of(transfers[0]))).digest()


@pytest.mark.django_db
def test_empty_range_has_no_leaves_and_the_connection_stays_usable() -> None:
    assert leaf_hashes(sql.raw_connection(), first_id=1, last_id=0) == []
    assert sql.call("select 1") == [(1,)]


def test_an_interrupted_reading_leaves_no_connection_in_the_middle(own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> list[bytes]:
        raise KeyboardInterrupt

    monkeypatch.setattr(leaves, "_hashed_rows", interrupted)
    raw = sql.raw_connection()
    with pytest.raises(KeyboardInterrupt):
        leaf_hashes(raw, first_id=1, last_id=10)
    assert raw.closed
    connection.close()
    assert sql.call("select 1") == [(1,)]
