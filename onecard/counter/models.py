"""Tills, shifts, the slips that clerks book, and cash on its way to finance."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from onecard.counter.types import CHARGES, HandoverState, ShiftState, SlipKind

OPERATOR = "access.Operator"


class Till(models.Model):
    """钱箱: a cash drawer with an account of its own; its slips are numbered without holes and number its transfers."""

    code = models.CharField(_("code"), max_length=16, unique=True)
    name = models.CharField(_("name"), max_length=80)
    account = models.OneToOneField("ledger.Account", models.PROTECT, related_name="till", verbose_name=_("account"))
    source = models.OneToOneField("ledger.Source", models.PROTECT, related_name="till", verbose_name=_("source"))
    registered_at = models.DateTimeField(_("registered at"))

    class Meta:
        verbose_name = _("till")
        verbose_name_plural = _("tills")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Handover(models.Model):
    """现金交接: the cash of closed shifts on its way to finance, with the safe in between on holidays (S4.2-S4.4)."""

    state = models.CharField(_("state"), max_length=10, choices=HandoverState, default=HandoverState.ON_THE_WAY)
    business_date = models.DateField(_("business date"))
    amount_fen = models.BigIntegerField(_("amount"))
    handed_at = models.DateTimeField(_("handed over at"))
    handed_by = models.ForeignKey(OPERATOR, models.PROTECT, related_name="+", verbose_name=_("handed over by"))
    bag_no = models.CharField(_("bag"), max_length=40, blank=True)
    seal_no = models.CharField(_("seal number"), max_length=40, blank=True)
    stored_at = models.DateTimeField(_("put into the safe at"), null=True, blank=True)
    stored_by = models.ForeignKey(
        OPERATOR, models.PROTECT, related_name="+", verbose_name=_("put into the safe by"), null=True, blank=True
    )
    witnessed_by = models.ForeignKey(OPERATOR, models.PROTECT, related_name="+", verbose_name=_("witness"), null=True, blank=True)
    taken_out_at = models.DateTimeField(_("taken out at"), null=True, blank=True)
    received_at = models.DateTimeField(_("received at"), null=True, blank=True)
    received_by = models.ForeignKey(
        OPERATOR, models.PROTECT, related_name="+", verbose_name=_("received by"), null=True, blank=True
    )

    class Meta:
        verbose_name = _("cash hand-over")
        verbose_name_plural = _("cash hand-overs")
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="handover_amount_is_positive"),
            models.CheckConstraint(
                condition=Q(state=HandoverState.RECEIVED, received_at__isnull=False, received_by__isnull=False)
                | (~Q(state=HandoverState.RECEIVED) & Q(received_at=None, received_by=None)),
                name="received_handover_says_by_whom",
            ),
            models.CheckConstraint(condition=~Q(received_by=F("handed_by")), name="finance_is_another_person"),
            models.CheckConstraint(condition=~Q(stored_by=F("witnessed_by")), name="two_people_use_the_safe"),
        ]

    def __str__(self) -> str:
        return f"{self.business_date} {self.pk}"


class Shift(models.Model):
    """班次: a clerk at a till, from the counted float to the close by a second person; amounts in fen.

    `expected_fen` is the till's book when it was counted, `counted_fen` what lay in the drawer.
    """

    till = models.ForeignKey(Till, models.PROTECT, related_name="shifts", verbose_name=_("till"))
    clerk = models.ForeignKey(OPERATOR, models.PROTECT, related_name="shifts", verbose_name=_("clerk"))
    state = models.CharField(_("state"), max_length=8, choices=ShiftState, default=ShiftState.OPEN)
    business_date = models.DateField(_("business date"))
    opened_at = models.DateTimeField(_("opened at"))
    float_fen = models.BigIntegerField(_("float"))
    excused_until = models.DateTimeField(_("deposits outside the windows until"), null=True, blank=True)
    excuse = models.CharField(_("reason outside the windows"), max_length=200, blank=True)
    counted_at = models.DateTimeField(_("counted at"), null=True, blank=True)
    counted_fen = models.BigIntegerField(_("counted"), null=True, blank=True)
    expected_fen = models.BigIntegerField(_("by the book"), null=True, blank=True)
    explanation = models.CharField(_("explanation"), max_length=200, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(OPERATOR, models.PROTECT, related_name="+", verbose_name=_("closed by"), null=True, blank=True)
    kept_float_fen = models.BigIntegerField(_("float kept"), null=True, blank=True)
    handover = models.ForeignKey(
        Handover, models.PROTECT, related_name="shifts", verbose_name=_("hand-over"), null=True, blank=True
    )

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        constraints = [
            models.UniqueConstraint(fields=["till"], condition=~Q(state="closed"), name="one_shift_at_a_till"),
            models.UniqueConstraint(fields=["clerk"], condition=~Q(state="closed"), name="one_shift_of_a_clerk"),
            models.CheckConstraint(condition=Q(float_fen__gte=0), name="float_is_not_negative"),
            models.CheckConstraint(condition=~Q(closed_by=F("clerk")), name="second_person_closes_the_shift"),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False, closed_by__isnull=False, kept_float_fen__isnull=False)
                | (~Q(state="closed") & Q(closed_at=None, closed_by=None, kept_float_fen=None, handover=None)),
                name="closed_shift_says_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("open", "counting"), counted_fen=None, expected_fen=None)
                | Q(state__in=("counted", "closed"), counted_fen__gte=0, expected_fen__isnull=False),
                name="counted_shift_has_its_count",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.till_id}/{self.pk}"

    @property
    def difference_fen(self) -> int:
        """Over (above zero) or short, in fen; 0 before it is counted."""
        return (self.counted_fen or 0) - (self.expected_fen or 0)


class DrawerCount(models.Model):
    """盘点: one count of a drawer by denomination (fen as text to pieces), made without knowing the book; never changed."""

    shift = models.ForeignKey(Shift, models.PROTECT, related_name="counts", verbose_name=_("shift"))
    pieces = models.JSONField(_("pieces"))
    total_fen = models.BigIntegerField(_("total"))
    counted_at = models.DateTimeField(_("counted at"))

    class Meta:
        verbose_name = _("drawer count")
        verbose_name_plural = _("drawer counts")
        constraints = [models.CheckConstraint(condition=Q(total_fen__gte=0), name="count_is_not_negative")]

    def __str__(self) -> str:
        return f"{self.shift_id}/{self.pk}"


class Slip(models.Model):
    """凭条: one booking at a till; `number` counts up by one within the till and is its transfer's number. Never changed.

    `request_key` comes from the page: the same form sent twice is booked once. A charge (types.CHARGES) names its card, and its
    `turn`: 1, then one more each time after it was taken back.
    """

    till = models.ForeignKey(Till, models.PROTECT, related_name="slips", verbose_name=_("till"), db_index=False)
    number = models.BigIntegerField(_("number"))
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="slips", verbose_name=_("shift"))
    kind = models.CharField(_("kind"), max_length=12, choices=SlipKind)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="slips", verbose_name=_("person"))
    amount_fen = models.BigIntegerField(_("amount"))
    balance_after_fen = models.BigIntegerField(_("balance after"))
    business_date = models.DateField(_("business date"))
    made_at = models.DateTimeField(_("made at"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    reverses = models.OneToOneField(
        "self", models.PROTECT, related_name="reversed_by", verbose_name=_("reverses"), null=True, blank=True
    )
    card = models.ForeignKey("cards.Card", models.PROTECT, related_name="+", verbose_name=_("card"), null=True, blank=True)
    turn = models.SmallIntegerField(_("turn"), default=0, db_default=0)
    request_key = models.UUIDField(_("form"), unique=True)

    class Meta:
        verbose_name = _("slip")
        verbose_name_plural = _("slips")
        constraints = [
            models.UniqueConstraint(fields=["till", "number"], name="slip_number_is_used_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="slip_amount_is_positive"),
            models.CheckConstraint(
                condition=Q(kind=SlipKind.REVERSAL, reverses__isnull=False) | (~Q(kind=SlipKind.REVERSAL) & Q(reverses=None)),
                name="reversing_slip_names_the_other",
            ),
            models.UniqueConstraint(fields=["card", "kind", "turn"], name="charge_is_booked_once"),
            models.CheckConstraint(
                condition=Q(kind__in=sorted(CHARGES), card__isnull=False, turn__gte=1)
                | (~Q(kind__in=sorted(CHARGES)) & Q(card=None, turn=0)),
                name="charge_names_its_card",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.till_id}-{self.number}"
