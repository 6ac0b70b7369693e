"""Purchases (消费): every record of a terminal that was answered or booked, with its outcome; and their reversals (冲正)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onecard.purchases.types import Outcome, PurchaseMode, ReversalOutcome


class Purchase(models.Model):
    """One record, identified by (terminal, batch_no, seq). Written by `sql/functions` only; its transfers carry the same number.

    Two indexes and no foreign keys, for the posting rate; purchases of a card or merchant are found through their accounts'
    transfers (queries.py). `lost_fen` is the part the centre bears because the card was reported lost in time, `surcharge_fen`
    what a temporary card paid the centre on top of the price, out of the cash purse.
    """

    terminal = models.ForeignKey(
        "terminals.Terminal", models.DO_NOTHING, verbose_name=_("terminal"), db_constraint=False, db_index=False
    )
    batch_no = models.IntegerField(_("batch"))
    seq = models.BigIntegerField(_("number"))
    mode = models.SmallIntegerField(_("mode"), choices=PurchaseMode)
    outcome = models.SmallIntegerField(_("outcome"), choices=Outcome)
    flags = models.SmallIntegerField(_("flags"), default=0)
    card_no = models.BigIntegerField(_("card number"))
    card = models.ForeignKey(
        "cards.Card", models.DO_NOTHING, verbose_name=_("card"), db_constraint=False, db_index=False, null=True
    )
    merchant = models.ForeignKey(
        "merchants.Merchant", models.DO_NOTHING, verbose_name=_("merchant"), db_constraint=False, db_index=False
    )
    amount_fen = models.BigIntegerField(_("amount"))
    subsidy_fen = models.BigIntegerField(_("from subsidy"), default=0)
    cash_fen = models.BigIntegerField(_("from cash"), default=0)
    lost_fen = models.BigIntegerField(_("borne by the centre"), default=0)
    surcharge_fen = models.BigIntegerField(_("surcharge"), default=0)
    occurred_at = models.DateTimeField(_("occurred at"))
    received_at = models.DateTimeField(_("received at"))
    business_date = models.DateField(_("business date"))
    blacklist_version = models.BigIntegerField(_("blacklist version"), null=True)
    card_counter = models.BigIntegerField(_("card counter"), null=True)
    purse_after_fen = models.BigIntegerField(_("purse balance after"), null=True)
    sam_id = models.BigIntegerField(_("SAM"), null=True)
    sam_seq = models.BigIntegerField(_("SAM serial"), null=True)
    tac = models.BinaryField(_("TAC"), null=True)

    class Meta:
        verbose_name = _("purchase")
        verbose_name_plural = _("purchases")
        constraints = [
            models.UniqueConstraint(fields=["terminal", "batch_no", "seq"], name="record_is_answered_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="purchase_amount_is_positive"),
            models.CheckConstraint(
                condition=Q(
                    outcome__in=(10, 30, 31), amount_fen=models.F("subsidy_fen") + models.F("cash_fen") + models.F("lost_fen")
                )
                | (~Q(outcome__in=(10, 30, 31)) & Q(subsidy_fen=0, cash_fen=0, lost_fen=0)),
                name="purchase_parts_add_up",
            ),
            models.CheckConstraint(
                condition=Q(surcharge_fen=0) | Q(outcome__in=(10, 30, 31), lost_fen=0, surcharge_fen__gt=0),
                name="surcharge_goes_with_a_purchase",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.terminal_id}/{self.batch_no}/{self.seq}"


class Reversal(models.Model):
    """冲正: a terminal took back what it had asked under this number. Its content is that of the purchase under the same number.

    Only what took effect is here; refused ones are held records. Written by `sql/functions` only, never changed. `amount_fen` is
    the purchase's when REVERSED (its surcharge goes back with it), 0 when NOTHING_BOOKED.
    """

    terminal = models.ForeignKey("terminals.Terminal", models.PROTECT, verbose_name=_("terminal"), db_index=False)
    batch_no = models.IntegerField(_("batch"))
    seq = models.BigIntegerField(_("number"))
    outcome = models.SmallIntegerField(_("outcome"), choices=ReversalOutcome)
    amount_fen = models.BigIntegerField(_("amount"))
    received_at = models.DateTimeField(_("received at"))
    business_date = models.DateField(_("business date"))

    class Meta:
        verbose_name = _("reversal")
        verbose_name_plural = _("reversals")
        constraints = [
            models.UniqueConstraint(fields=["terminal", "batch_no", "seq"], name="record_is_reversed_once"),
            models.CheckConstraint(
                condition=Q(outcome=ReversalOutcome.REVERSED, amount_fen__gt=0)
                | Q(outcome=ReversalOutcome.NOTHING_BOOKED, amount_fen=0),
                name="reversal_amount_follows_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.terminal_id}/{self.batch_no}/{self.seq}"
