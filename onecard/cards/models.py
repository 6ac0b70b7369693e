"""Cards (卡): the media by which a person spends from the purses."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from onecard.cards.types import CardKind, CardState


class Card(models.Model):
    """`card_no` is what a terminal reads off the card. `loss_version` is the blacklist version that first named it as lost."""

    card_no = models.BigIntegerField(_("card number"), unique=True)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="cards", verbose_name=_("person"))
    kind = models.CharField(_("kind"), max_length=16, choices=CardKind, default=CardKind.FORMAL)
    state = models.SmallIntegerField(_("state"), choices=CardState, default=CardState.ISSUED)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    issued_at = models.DateTimeField(_("issued at"), db_default=Now())
    activated_at = models.DateTimeField(_("activated at"), null=True, blank=True)
    loss_reported_at = models.DateTimeField(_("loss reported at"), null=True, blank=True)
    loss_version = models.BigIntegerField(_("blacklist version of the loss"), null=True, blank=True)
    state_before_loss = models.SmallIntegerField(_("state before the loss"), choices=CardState, null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    replaced_by = models.OneToOneField(
        "self", models.PROTECT, related_name="replaces", verbose_name=_("replaced by"), null=True, blank=True
    )
    pin_hash = models.CharField(_("PIN hash"), max_length=128, blank=True)

    class Meta:
        verbose_name = _("card")
        verbose_name_plural = _("cards")
        constraints = [
            models.CheckConstraint(condition=Q(card_no__gt=0), name="card_number_is_positive"),
            models.CheckConstraint(
                condition=~Q(state=CardState.LOST) | Q(loss_reported_at__isnull=False), name="lost_card_has_loss_time"
            ),
            models.CheckConstraint(
                condition=Q(state=CardState.CANCELLED, cancelled_at__isnull=False)
                | (~Q(state=CardState.CANCELLED) & Q(cancelled_at=None)),
                name="cancelled_card_has_cancel_time",
            ),
            models.CheckConstraint(condition=~Q(replaced_by=F("id")), name="card_does_not_replace_itself"),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(kind=CardKind.FORMAL) & ~Q(state=CardState.CANCELLED),
                name="one_formal_card_per_person",
            ),
        ]

    def __str__(self) -> str:
        return str(self.card_no)
