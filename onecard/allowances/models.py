"""What terminals are told that cards may spend without the line. `allowances_take_v1` alone writes here."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Mod, Now

from onecard.allowances.types import CAP_FEN, STEP_FEN


class Allowance(models.Model):
    """脱机额度: of one card, since the change numbered `version` at `changed_at`. 0: the card was on the list and is no more."""

    card_no = models.BigIntegerField(primary_key=True)
    allowance_fen = models.IntegerField()
    version = models.BigIntegerField(unique=True)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(allowance_fen__gte=0, allowance_fen__lte=CAP_FEN), name="allowance_is_between_nothing_and_cap"
            ),
            models.CheckConstraint(
                condition=Q(allowance_fen=F("allowance_fen") - Mod("allowance_fen", STEP_FEN)), name="allowance_is_in_steps"
            ),
        ]

    def __str__(self) -> str:
        return str(self.card_no)


class AllowanceList(models.Model):
    """The list as a whole, in its only row: the newest version, its count and checksum, when it was taken last."""

    version = models.BigIntegerField()
    listed_count = models.IntegerField()
    checksum = models.BigIntegerField()
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="there_is_one_allowance_list")]

    def __str__(self) -> str:
        return str(self.version)
