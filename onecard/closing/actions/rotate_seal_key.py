"""Change the key that signs seals; what the old one signed stays verifiable by its public key."""

from __future__ import annotations

import enum

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.closing import keys
from onecard.closing.actions.install_seal_key import install_seal_key


class RotateOutcome(enum.Enum):
    """What became of the rotation."""

    DONE = "done"


@action("closing.rotate_seal_key")
def rotate_seal_key(actor: Actor, reason: str) -> RotateOutcome:
    """Set the present key aside and make a new one; the next close signs with it. The reason stands in the audit log."""
    install_seal_key()
    keys.retire()
    install_seal_key()
    return RotateOutcome.DONE
