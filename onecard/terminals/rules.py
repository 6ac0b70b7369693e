"""Pure decisions of the room: the record MAC, a source's number, gaps."""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from onecard.terminals.types import MAX_BATCH_NO, MAX_SEQ, SEQ_PER_BATCH, Gap, TerminalRecord

RECORD_KEY_BYTES = 32
MAC_BYTES = 16
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ABSENT = -1
_LAYOUT = struct.Struct(">qqqqqqqqqq")


def number_of(record: TerminalRecord) -> int:
    """The ledger source's number of a record: batch_no * 10^9 + seq."""
    return record.batch_no * SEQ_PER_BATCH + record.seq


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970-01-01 UTC, exactly (no float)."""
    passed = moment - _EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def moment_of(us: int) -> datetime:
    """The moment of so many microseconds since 1970-01-01 UTC."""
    return _EPOCH + timedelta(microseconds=us)


def clock_offset_us(sent_at: datetime, *, heard_at: datetime) -> int:
    """What has to be added to the clock that said `sent_at`, in microseconds; the way of the message is not known and left in."""
    return microseconds(heard_at) - microseconds(sent_at)


def record_bytes(record: TerminalRecord) -> bytes:
    """What the MAC covers: ten big-endian int64 (batch_no, seq, card_no, amount_fen, microseconds since 1970, blacklist_version,
    card_counter, purse_after_fen, sam_id, sam_seq; -1 for an absent one), then the TAC's bytes. The key names the terminal.
    """
    blacklist_version, card_counter, purse_after_fen = record.blacklist_version, record.card_counter, record.purse_after_fen
    return _LAYOUT.pack(
        record.batch_no,
        record.seq,
        record.card_no,
        record.amount_fen,
        microseconds(record.occurred_at),
        _ABSENT if blacklist_version is None else blacklist_version,
        _ABSENT if card_counter is None else card_counter,
        _ABSENT if purse_after_fen is None else purse_after_fen,
        _ABSENT if record.sam_id is None else record.sam_id,
        _ABSENT if record.sam_seq is None else record.sam_seq,
    ) + (record.tac or b"")


def record_mac(record: TerminalRecord, *, key: bytes) -> bytes:
    """HMAC-SHA256 of the record by the terminal's record key, the first 16 bytes."""
    return hmac.digest(key, record_bytes(record), "sha256")[:MAC_BYTES]


def has_valid_mac(record: TerminalRecord, *, key: bytes) -> bool:
    """Whether the record is as the terminal wrote it."""
    return hmac.compare_digest(record_mac(record, key=key), record.mac)


def token_digest(token: str) -> bytes:
    """What is kept of a token or a challenge."""
    return hashlib.sha256(token.encode()).digest()


def is_numbered(record: TerminalRecord) -> bool:
    """Whether batch and number lie in the bounds of the sequence watch."""
    return 0 <= record.batch_no <= MAX_BATCH_NO and 1 <= record.seq <= MAX_SEQ


def gaps_of(received: Iterable[tuple[int, int]], *, terminal_id: int, batch_no: int) -> list[Gap]:
    """The holes of a batch, counted from 1 to its last number. `received` are half-open ranges in ascending order."""
    gaps = []
    expected = 1
    for first, after_last in received:
        if first > expected:
            gaps.append(Gap(terminal_id, batch_no, expected, first - 1))
        expected = after_last
    return gaps
