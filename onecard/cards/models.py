"""Cards (卡): the media by which a person spends from the purses."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from onecard.cards.types import LISTED_STATES, CardKind, CardState


class Card(models.Model):
    """`card_no` is what a terminal reads off the card. `loss_version` is the blacklist version that named it as lost."""

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


class BlacklistChange(models.Model):
    """黑名单变更: a card came on the blacklist, left it, or is on it for another reason; only ever added (`cards_list_v1`).

    `reason` is the card's new state; `listed_count` and `checksum` are those of the whole list after this change. Versions become
    visible in their order, with gaps: a change that was rolled back leaves its number unused.
    """

    version = models.BigIntegerField(_("blacklist version"), primary_key=True)
    # Found by number, which the index below has.
    card = models.ForeignKey(Card, models.PROTECT, related_name="blacklist_changes", verbose_name=_("card"), db_index=False)
    card_no = models.BigIntegerField(_("card number"))
    is_listed = models.BooleanField(_("on the blacklist"))
    reason = models.SmallIntegerField(_("reason"), choices=CardState)
    changed_at = models.DateTimeField(_("changed at"))
    listed_count = models.IntegerField(_("cards on the blacklist"))
    checksum = models.BigIntegerField(_("checksum"))

    class Meta:
        verbose_name = _("blacklist change")
        verbose_name_plural = _("blacklist changes")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_listed=True, reason__in=sorted(LISTED_STATES))
                | (Q(is_listed=False) & ~Q(reason__in=sorted(LISTED_STATES))),
                name="blacklist_lists_lost_frozen_cancelled",
            ),
            models.CheckConstraint(condition=Q(version__gt=0), name="blacklist_version_is_positive"),
            models.CheckConstraint(condition=Q(listed_count__gte=0), name="blacklist_count_is_not_negative"),
        ]
        indexes = [
            models.Index(fields=["card_no", "-version"], include=["is_listed", "reason"], name="blacklist_change_of_card"),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.card_no}"
