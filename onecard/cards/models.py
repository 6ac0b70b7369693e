"""Cards (卡): the media by which a person spends from the purses."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from onecard.cards import rules
from onecard.cards.types import (
    LISTED_STATES,
    CardKind,
    CardStage,
    CardState,
    Condition,
    JobState,
    Medium,
    Movement,
    PaidBy,
    Place,
    SlipState,
    Step,
)
from onecard.kernel import clock


class Card(models.Model):
    """`card_no` is what a terminal reads off the card. `loss_version` is the blacklist version that named it as lost.

    `medium` is where the plastic is, `pile` where the stock book has it (none: a card from before the book). Purchases judge by
    `state` and `expires_on` alone. What is paid in cash (a deposit; a replaced card's fee) the counter finds here.
    """

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
    medium = models.SmallIntegerField(_("medium"), choices=Medium, default=Medium.HELD, db_default=Medium.HELD)
    pile = models.ForeignKey(
        "cards.StockPile", models.PROTECT, related_name="cards", verbose_name=_("pile"), null=True, blank=True
    )
    requested_by = models.CharField(_("unit that asked for it"), max_length=80, blank=True, db_default="")
    deposit_fen = models.BigIntegerField(_("deposit"), default=0, db_default=0)
    deposit_paid_by = models.CharField(_("deposit paid"), max_length=8, choices=PaidBy, blank=True, db_default="")
    deposit_returned_at = models.DateTimeField(_("deposit returned at"), null=True, blank=True)
    fee_fen = models.BigIntegerField(_("fee for replacing it"), default=0, db_default=0)
    fee_paid_by = models.CharField(_("fee paid"), max_length=8, choices=PaidBy, blank=True, db_default="")
    pin_hash = models.CharField(_("PIN hash"), max_length=128, blank=True)
    pin_wrong_tries = models.SmallIntegerField(_("wrong PINs in a row"), default=0, db_default=0)
    pin_wrong_record = models.CharField(_("record of the last wrong PIN"), max_length=64, blank=True, db_default="")
    pin_blocked_at = models.DateTimeField(_("PIN blocked at"), null=True, blank=True)
    pin_single_fen = models.BigIntegerField(_("own limit without PIN"), null=True, blank=True)
    pin_day_fen = models.BigIntegerField(_("own day limit without PIN"), null=True, blank=True)

    class Meta:
        verbose_name = _("card")
        verbose_name_plural = _("cards")
        indexes = [models.Index(fields=["card_no"], condition=Q(pin_single_fen__isnull=False), name="cards_card_own_limits")]
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
                condition=Q(kind=CardKind.FORMAL) & ~Q(state=CardState.CANCELLED) & ~Q(medium=Medium.MADE),
                name="one_formal_card_per_person",
            ),
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(medium=Medium.MADE), name="one_made_card_per_person_and_kind"
            ),
            models.CheckConstraint(condition=~Q(kind=CardKind.TEST), name="test_card_is_no_persons_card"),
            models.CheckConstraint(condition=~Q(medium=Medium.MADE) | Q(state=CardState.ISSUED), name="made_card_buys_nothing"),
            models.CheckConstraint(
                condition=~Q(medium__in=[Medium.RETURNED, Medium.SCRAPPED]) | Q(state=CardState.CANCELLED),
                name="card_that_came_back_is_cancelled",
            ),
            models.CheckConstraint(
                condition=Q(deposit_fen=0, deposit_paid_by="") | (Q(deposit_fen__gt=0) & ~Q(deposit_paid_by="")),
                name="deposit_says_how_it_was_paid",
            ),
            models.CheckConstraint(
                condition=Q(fee_fen=0, fee_paid_by="") | (Q(fee_fen__gt=0) & ~Q(fee_paid_by="") & ~Q(replaced_by=None)),
                name="fee_is_of_a_replaced_card",
            ),
            models.CheckConstraint(
                condition=Q(pin_wrong_tries__gte=0) & (Q(pin_blocked_at=None) | Q(pin_wrong_tries__gt=0)),
                name="blocked_pin_was_wrong",
            ),
        ]

    def __str__(self) -> str:
        return str(self.card_no)

    @property
    def stage(self) -> CardStage:
        """The stage of its life today."""
        return rules.stage_of(CardState(self.state), Medium(self.medium), expires_on=self.expires_on, today=clock.today())


class CardStep(models.Model):
    """One step of a card's life, written where its state changes (standing.py); only ever added."""

    card = models.ForeignKey(Card, models.PROTECT, related_name="steps", verbose_name=_("card"))
    step = models.CharField(_("step"), max_length=24, choices=Step)
    stage = models.CharField(_("stage after it"), max_length=16, choices=CardStage)
    at = models.DateTimeField(_("at"))
    by = models.CharField(_("by"), max_length=150)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("step of a card")
        verbose_name_plural = _("steps of cards")

    def __str__(self) -> str:
        return f"{self.card_id} {self.step}"


class TestCard(models.Model):
    """测试卡: a number for trying terminals; no card of anybody, so its purchases are declined, or held, and move no money."""

    card_no = models.BigIntegerField(_("card number"), unique=True)
    purpose = models.CharField(_("purpose"), max_length=120)
    registered_by = models.CharField(_("registered by"), max_length=150)
    registered_at = models.DateTimeField(_("registered at"), db_default=Now())

    class Meta:
        verbose_name = _("test card")
        verbose_name_plural = _("test cards")
        constraints = [models.CheckConstraint(condition=Q(card_no__gt=0), name="test_card_number_is_positive")]

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


class StockPile(models.Model):
    """库存: how many cards of one condition are at one place. The cards that have a number point to their pile."""

    place = models.CharField(_("place"), max_length=12, choices=Place)
    condition = models.CharField(_("condition"), max_length=12, choices=Condition)
    desk = models.CharField(_("desk"), max_length=40, blank=True)
    count = models.IntegerField(_("cards"), default=0)

    class Meta:
        verbose_name = _("pile of cards")
        verbose_name_plural = _("piles of cards")
        constraints = [
            models.UniqueConstraint(fields=["place", "condition", "desk"], name="one_pile_per_place_and_condition"),
            models.CheckConstraint(condition=Q(count__gte=0), name="pile_is_not_negative"),
            models.CheckConstraint(condition=Q(place=Place.DESK) ^ Q(desk=""), name="only_desks_have_names"),
        ]

    def __str__(self) -> str:
        place = f"{self.get_place_display()} {self.desk}".strip()
        return f"{place}, {self.get_condition_display()}"


class CardBox(models.Model):
    """卡箱: blank cards as they came from the maker, numbered on the box; a range of factory numbers where it has one."""

    box_no = models.CharField(_("box number"), max_length=40, unique=True)
    count = models.IntegerField(_("cards"))
    first_no = models.BigIntegerField(_("first number"), null=True, blank=True)
    last_no = models.BigIntegerField(_("last number"), null=True, blank=True)
    supplier = models.CharField(_("supplier"), max_length=80, blank=True)
    received_by = models.CharField(_("received by"), max_length=150)
    received_at = models.DateTimeField(_("received at"), db_default=Now())

    class Meta:
        verbose_name = _("box of blank cards")
        verbose_name_plural = _("boxes of blank cards")
        constraints = [
            models.CheckConstraint(condition=Q(count__gt=0), name="box_is_not_empty"),
            models.CheckConstraint(
                condition=Q(first_no=None, last_no=None) | Q(last_no=F("first_no") + F("count") - 1),
                name="box_numbers_agree_with_count",
            ),
        ]

    def __str__(self) -> str:
        return self.box_no


class StockSlip(models.Model):
    """交接单: cards on the way from one place to another, sent by one person, received or refused by another."""

    from_place = models.CharField(_("from"), max_length=12, choices=Place)
    to_place = models.CharField(_("to"), max_length=12, choices=Place)
    condition = models.CharField(_("condition"), max_length=12, choices=Condition)
    count = models.IntegerField(_("cards"))
    card_nos = ArrayField(models.BigIntegerField(), verbose_name=_("card numbers"), default=list, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=SlipState, default=SlipState.SENT)
    sent_by = models.CharField(_("sent by"), max_length=150)
    sent_at = models.DateTimeField(_("sent at"))
    decided_by = models.CharField(_("received by"), max_length=150, blank=True)
    decided_at = models.DateTimeField(_("received at"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("hand-over slip")
        verbose_name_plural = _("hand-over slips")
        constraints = [
            models.CheckConstraint(condition=Q(count__gt=0), name="slip_is_not_empty"),
            models.CheckConstraint(condition=~Q(decided_by=F("sent_by")), name="slip_is_handed_to_somebody_else"),
            models.CheckConstraint(
                condition=Q(state=SlipState.SENT, decided_by="", decided_at=None)
                | (~Q(state=SlipState.SENT) & ~Q(decided_by="") & Q(decided_at__isnull=False)),
                name="decided_slip_says_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"JJ{self.pk:06d}"


class StockMovement(models.Model):
    """出入库: cards that went from one pile to another (from none: into the book); only ever added."""

    at = models.DateTimeField(_("at"))
    on = models.DateField(_("day"))
    reason = models.CharField(_("reason"), max_length=12, choices=Movement)
    from_pile = models.ForeignKey(
        StockPile, models.PROTECT, related_name="outgoing", verbose_name=_("from"), null=True, db_index=False
    )
    to_pile = models.ForeignKey(StockPile, models.PROTECT, related_name="incoming", verbose_name=_("to"), db_index=False)
    count = models.IntegerField(_("cards"))
    by = models.CharField(_("by"), max_length=150)
    box = models.ForeignKey(CardBox, models.PROTECT, verbose_name=_("box"), null=True, db_index=False)
    slip = models.ForeignKey(StockSlip, models.PROTECT, verbose_name=_("slip"), null=True, db_index=False)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        indexes = [models.Index(fields=["on"], name="cards_stockmovement_on")]
        constraints = [
            models.CheckConstraint(condition=Q(count__gt=0), name="movement_is_not_empty"),
            models.CheckConstraint(condition=Q(from_pile=None) | ~Q(from_pile=F("to_pile")), name="movement_has_two_piles"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.reason} {self.count}"


class CardJob(models.Model):
    """制卡任务: cards made for a list of people, all of one kind; each has its own state (JobCard)."""

    title = models.CharField(_("title"), max_length=80)
    kind = models.CharField(_("kind"), max_length=16, choices=CardKind, default=CardKind.FORMAL)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    created_by = models.CharField(_("created by"), max_length=150)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("card job")
        verbose_name_plural = _("card jobs")

    def __str__(self) -> str:
        return f"{self.pk} {self.title}"


class JobCard(models.Model):
    """One card of a job with its number, which is never used again. A spoiled one gets a successor with another number."""

    job = models.ForeignKey(CardJob, models.PROTECT, related_name="items", verbose_name=_("job"))
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+", verbose_name=_("person"))
    card_no = models.BigIntegerField(_("card number"), unique=True)
    state = models.SmallIntegerField(_("state"), choices=JobState, default=JobState.QUEUED)
    chip_no = models.CharField(_("chip"), max_length=32, blank=True)
    changed_at = models.DateTimeField(_("changed at"))
    changed_by = models.CharField(_("changed by"), max_length=150)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("card of a job")
        verbose_name_plural = _("cards of jobs")
        constraints = [
            models.UniqueConstraint(
                fields=["job", "person"], condition=~Q(state=JobState.SPOILED), name="one_good_card_per_person_and_job"
            ),
        ]
        indexes = [models.Index(fields=["job", "state", "id"], name="cards_jobcard_job_state")]

    def __str__(self) -> str:
        return str(self.card_no)


class HandOut(models.Model):
    """批量发卡: made cards that many desks hand out, freshmen's above all; what nobody fetched ends when it is closed."""

    title = models.CharField(_("title"), max_length=80)
    closes_on = models.DateField(_("closes on"))
    opened_by = models.CharField(_("opened by"), max_length=150)
    opened_at = models.DateTimeField(_("opened at"))
    closed_by = models.CharField(_("closed by"), max_length=150, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("batch to hand out")
        verbose_name_plural = _("batches to hand out")
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by="") | (Q(closed_at__isnull=False) & ~Q(closed_by="")),
                name="closed_hand_out_says_by_whom",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.title}"


class HandOutCard(models.Model):
    """One card of a batch: in which desk's box it is, and when it was handed out."""

    hand_out = models.ForeignKey(HandOut, models.PROTECT, related_name="items", verbose_name=_("batch"))
    card = models.OneToOneField(Card, models.PROTECT, related_name="hand_out", verbose_name=_("card"))
    desk = models.CharField(_("desk"), max_length=40, blank=True)
    handed_out_at = models.DateTimeField(_("handed out at"), null=True, blank=True)
    handed_out_by = models.CharField(_("handed out by"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("card to hand out")
        verbose_name_plural = _("cards to hand out")
        constraints = [
            models.CheckConstraint(
                condition=Q(handed_out_at=None, handed_out_by="") | (~Q(handed_out_by="") & ~Q(desk="")),
                name="handed_out_card_says_where_and_by_whom",
            )
        ]

    def __str__(self) -> str:
        return str(self.card_id)
