"""入网: a device becomes the terminal, by the one-time code from the terminal's page."""

from __future__ import annotations

import dataclasses
import enum
import hmac
import secrets

from django.db.models import F, Max

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.kernel.secrets import conceal, reveal
from onecard.terminals.actions.issue_enrolment_code import code_digest
from onecard.terminals.models import Enrolment, EnrolmentCode, Terminal, TerminalBatch
from onecard.terminals.rules import RECORD_KEY_BYTES
from onecard.terminals.types import RECORD_KEY_PURPOSE, SHARED_KEY_PURPOSE, EnrolmentEnd, KeyScheme, NewDevice


class EnrolmentOutcome(enum.Enum):
    """What became of an enrolment. One refusal for all reasons: who guesses learns nothing."""

    DONE = "done"
    REFUSED_CODE = "code is wrong, used or expired"


@dataclasses.dataclass(frozen=True, slots=True)
class EnrolledDevice:
    """What the device is told once: keys (None when refused, `shared_key` for Ed25519 too) and the batch to begin with."""

    outcome: EnrolmentOutcome
    record_key: bytes | None = None
    shared_key: bytes | None = None
    next_batch_no: int = 1


@action("terminals.enrol_device")
def enrol_device(actor: Actor, terminal: str, *, code: str, device: NewDevice) -> EnrolledDevice:
    """Enrol the device as the terminal. The code is used up; a device that was enrolled before is replaced, its session ends.

    The first device gets the record key made at registration, a later one a new key: what the earlier device has not delivered
    must be collected before, or it is held for its MAC.
    """
    if not _use_code(terminal, code=code):
        return EnrolledDevice(EnrolmentOutcome.REFUSED_CODE)
    row = Terminal.objects.select_for_update(no_key=True).get(code=terminal)
    was_enrolled = Enrolment.objects.filter(terminal=row).exists()
    now = clock.now()
    Enrolment.objects.filter(terminal=row, ended_at=None).update(ended_at=now, end=EnrolmentEnd.REPLACED)
    if was_enrolled:
        row.record_key = conceal(secrets.token_bytes(RECORD_KEY_BYTES), purpose=RECORD_KEY_PURPOSE)
    row.session_no += 1
    row.save(update_fields=["record_key", "session_no"])
    shared_key = secrets.token_bytes(RECORD_KEY_BYTES) if device.scheme is KeyScheme.HMAC_SHA256 else None
    key = conceal(shared_key, purpose=SHARED_KEY_PURPOSE) if shared_key else device.public_key
    Enrolment.objects.create(
        terminal=row,
        scheme=device.scheme,
        key=key,
        serial_no=device.serial_no,
        model=device.model,
        firmware=device.firmware,
        enrolled_at=now,
    )
    record_key = reveal(bytes(row.record_key), purpose=RECORD_KEY_PURPOSE)
    newest = TerminalBatch.objects.filter(terminal=row).aggregate(newest=Max("batch_no"))["newest"]
    return EnrolledDevice(EnrolmentOutcome.DONE, record_key, shared_key, (newest or 0) + 1)


def _use_code(terminal: str, *, code: str) -> bool:
    """Whether the code is right, in time and within its tries; a right one is used up, a wrong one costs a try."""
    issued = EnrolmentCode.objects.select_for_update().filter(terminal__code=terminal).first()
    if issued is None or issued.expires_at <= clock.now() or issued.tries_left == 0:
        return False
    if not hmac.compare_digest(bytes(issued.digest), code_digest(code)):
        EnrolmentCode.objects.filter(pk=issued.pk).update(tries_left=F("tries_left") - 1)
        return False
    issued.delete()
    return True
