"""Pages of cards: state, holder, history, a button for each step that is possible, and why the others are not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter, RangeDateFilter, RangeDateTimeFilter

from onecard.access.pages import Deed, DeedAdmin
from onecard.access.types import Actor
from onecard.cards import hand_out_pages, job_pages, rules, stock_pages
from onecard.cards.actions.activate_card import activate_card
from onecard.cards.actions.cancel_card import cancel_card
from onecard.cards.actions.change_pin import change_pin
from onecard.cards.actions.extend_card import extend_card
from onecard.cards.actions.freeze_card import freeze_card
from onecard.cards.actions.issue_card import issue_card
from onecard.cards.actions.lower_pin_limits import lower_pin_limits
from onecard.cards.actions.register_test_card import register_test_card
from onecard.cards.actions.replace_card import replace_card
from onecard.cards.actions.report_loss import report_loss
from onecard.cards.actions.return_card import return_card
from onecard.cards.actions.scrap_card import scrap_card
from onecard.cards.actions.set_pin import set_pin
from onecard.cards.actions.unblock_pin import unblock_pin
from onecard.cards.actions.unfreeze_card import unfreeze_card
from onecard.cards.actions.withdraw_loss_report import withdraw_loss_report
from onecard.cards.forms import (
    ChangePinForm,
    ExtensionForm,
    LimitsForm,
    NewCardForm,
    NewNumberForm,
    NoteForm,
    PinForm,
    ReasonForm,
    SeenForm,
    TestCardForm,
)
from onecard.cards.models import BlacklistChange, Card, TestCard
from onecard.cards.pins import WITH_PIN
from onecard.cards.standing import judge
from onecard.cards.types import CardKind, CardOutcome, CardStage, CardState, PaidBy, Step
from onecard.cards.words import CARD_SAYS, PIN_SAYS, STAGE_SAYS
from onecard.kernel.money import yuan
from onecard.kernel.pages import MoneyAdmin, badge, column, link, list_link, moment_text, money

__all__ = ["hand_out_pages", "job_pages", "stock_pages"]

REGISTERING = Deed(
    "cards.issue_card",
    _("Issue a card"),
    lambda actor, row, said: issue_card(
        actor,
        said["card_no"],
        person_id=said["person_no"].pk,
        kind=CardKind(said["kind"]),
        expires_on=said["expires_on"],
        requested_by=said["requested_by"],
        deposit=PaidBy(said["deposit"]),
        desk=said["desk"],
    ),
    form=NewCardForm,
    explains=_("The card is issued, not yet active: activate it when its holder takes it."),
    says={**CARD_SAYS, CardOutcome.DONE: _("The card is issued. Activate it when its holder takes it.")},
)


def _step(
    step: Step,
    run: Callable[[Actor, Any, Any], CardOutcome],
    **more: Any,
) -> Deed:
    """A deed of a card's life, offered in the stages in which the step would change something."""
    offered: Callable[[Card], bool] = lambda card: judge(step, card) is CardOutcome.DONE  # noqa: E731 - keeps its type
    return Deed(f"cards.{step.value}", step.label, run, says=CARD_SAYS, offered=offered, **more)


def _pin(name: str, title: object, run: Callable[..., object], **more: Any) -> Deed:
    return Deed(name, title, run, says=PIN_SAYS, **more)


LIFE_DEEDS = (
    _step(Step.ACTIVATE, lambda actor, card, said: activate_card(actor, card.card_no)),
    _step(
        Step.REPORT_LOSS,
        lambda actor, card, said: report_loss(actor, card.card_no),
        explains=_("From this moment the card buys nothing online. The money stays on the person's accounts."),
        is_grave=True,
    ),
    _step(
        Step.WITHDRAW_LOSS,
        lambda actor, card, said: withdraw_loss_report(actor, card.card_no),
        explains=_("The card was found: it can be used again."),
    ),
    _step(
        Step.REPLACE,
        lambda actor, card, said: replace_card(
            actor, card.card_no, new_card_no=said["new_card_no"], fee=PaidBy(said["fee"]), desk=said["desk"]
        ),
        form=NewNumberForm,
        explains=_("The lost card is cancelled, the new one is active at once. The money stays on the person's accounts."),
    ),
    Deed(
        "cards.replace_card_at_once",
        _("Replace at once"),
        form=NewNumberForm,
        explains=_("Without the waiting time: what the lost card bought offline may still be on its way."),
        needs_approval=True,
        subject=lambda card, said: str(card.card_no),
        offered=lambda card: judge(Step.REPLACE, card) is CardOutcome.DONE,
    ),
    _step(
        Step.EXTEND,
        lambda actor, card, said: extend_card(actor, card.card_no, until=said["until"], requested_by=said["requested_by"]),
        form=ExtensionForm,
    ),
    _step(
        Step.FREEZE,
        lambda actor, card, said: freeze_card(actor, card.card_no),
        explains=_("The card buys nothing online until it is unfrozen."),
    ),
    _step(Step.UNFREEZE, lambda actor, card, said: unfreeze_card(actor, card.card_no)),
    _step(
        Step.RETURN,
        lambda actor, card, said: return_card(actor, card.card_no, note=said["note"]),
        form=NoteForm,
        explains=_("The card comes back and ends. A deposit goes back the way it was paid."),
    ),
    _step(
        Step.SCRAP,
        lambda actor, card, said: scrap_card(actor, card.card_no, reason=said["reason"]),
        form=ReasonForm,
        is_grave=True,
    ),
    _step(
        Step.CANCEL,
        lambda actor, card, said: cancel_card(actor, card.card_no),
        explains=_("A cancelled card never comes back. The money stays on the person's accounts."),
        is_grave=True,
    ),
)
PIN_DEEDS = (
    _pin(
        "cards.set_pin",
        _("Set PIN"),
        lambda actor, card, said: set_pin(actor, card.card_no, pin=said["pin"]),
        form=PinForm,
        explains=_("See the holder's document, then let the holder key the PIN twice. It also ends a block."),
        offered=lambda card: card.stage in WITH_PIN,
    ),
    _pin(
        "cards.change_pin",
        _("Change PIN"),
        lambda actor, card, said: change_pin(actor, card.card_no, old=said["old"], new=said["pin"]),
        form=ChangePinForm,
        offered=lambda card: card.stage in WITH_PIN and bool(card.pin_hash),
    ),
    _pin(
        "cards.unblock_pin",
        _("Unblock PIN"),
        lambda actor, card, said: unblock_pin(actor, card.card_no, seen=said["seen"]),
        form=SeenForm,
        offered=lambda card: card.pin_blocked_at is not None and card.stage in WITH_PIN,
    ),
    _pin(
        "cards.lower_pin_limits",
        _("Lower the limits"),
        lambda actor, card, said: lower_pin_limits(actor, card.card_no, single_fen=said["single"], day_fen=said["day"]),
        form=LimitsForm,
        explains=_("From what amount on the PIN is asked for this card, at once and in a day."),
        offered=lambda card: card.stage in WITH_PIN and bool(card.pin_hash),
    ),
)

COLOURS = {
    CardStage.MADE: "note",
    CardStage.ISSUED: "note",
    CardStage.ACTIVE: "good",
    CardStage.LOST: "bad",
    CardStage.FROZEN: "warn",
    CardStage.EXPIRED: "warn",
}


def _stage(card: Card) -> object:
    return format_html('<span class="oc-badge oc-{}">{}</span>', COLOURS.get(card.stage, "plain"), card.stage.label)


def _impossible(card: Card) -> object:
    """The steps that make no sense now, each with why."""
    judged = ((step, rules.judge_step(step, card.stage, kind=CardKind(card.kind))) for step in rules.LIFE)
    lines = [(step.label, CARD_SAYS[outcome]) for step, outcome in judged if outcome in CARD_SAYS]
    rows = format_html_join("", "<tr><th>{}</th><td>{}</td></tr>", lines)
    return format_html('<table class="oc-table oc-content"><tbody>{}</tbody></table>', rows) if lines else None


def _history(card: Card) -> object:
    steps = card.steps.order_by("-pk")
    lines = (
        (
            moment_text(step.at.isoformat(timespec="seconds")),
            step.get_step_display(),
            step.get_stage_display(),
            step.by,
            step.note,
        )
        for step in steps[:100]
    )
    rows = format_html_join("", "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>", lines)
    return format_html('<div class="oc-scroll"><table class="oc-table"><tbody>{}</tbody></table></div>', rows) if rows else None


def _pin_standing(card: Card) -> object:
    if card.pin_blocked_at is not None:
        return format_html('<span class="oc-badge oc-bad">{}</span>', _("Blocked"))
    if not card.pin_hash:
        return _("Not set")
    return _("Set, %(count)s wrong tries") % {"count": card.pin_wrong_tries} if card.pin_wrong_tries else _("Set")


def _limits(card: Card) -> str | None:
    if card.pin_single_fen is None or card.pin_day_fen is None:
        return None
    return f"{yuan(card.pin_single_fen)} / {yuan(card.pin_day_fen)}"


STAGE = column("stage_badge", _("state"), _stage)
PERSON = column("holder", _("person"), lambda card: link("people.person", card.person_id, card.person))
MONEY = column("purchase_list", _("purchases"), lambda card: list_link("purchases.purchase", _("Show"), q=card.card_no))
REPLACED_BY = column(
    "new_card", _("replaced by"), lambda card: card.replaced_by_id and link("cards.card", card.replaced_by_id, card.replaced_by)
)
PILE = column("in_pile", _("stock book"), lambda card: card.pile and link("cards.stockpile", card.pile_id, card.pile))


@admin.register(Card)
class CardAdmin(DeedAdmin):
    """卡: searched by card number, person number or name."""

    list_display = ("card_no", STAGE, "kind", PERSON, "expires_on", "issued_at")
    list_filter = (
        ("state", ChoicesDropdownFilter),
        ("medium", ChoicesDropdownFilter),
        ("kind", ChoicesDropdownFilter),
        ("issued_at", RangeDateFilter),
    )
    list_select_related = ("person", "replaced_by", "pile")
    search_fields = ("=card_no", "person__person_no__startswith", "person__full_name__startswith")
    search_help_text = _("Card number, person's number or name")
    ordering = ("card_no",)
    registering = REGISTERING
    deeds = (*LIFE_DEEDS, *PIN_DEEDS)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "card_no",
                    STAGE,
                    column("advice", _("what next"), lambda card: STAGE_SAYS[card.stage]),
                    "kind",
                    PERSON,
                    "expires_on",
                    "requested_by",
                    PILE,
                    MONEY,
                )
            },
        ),
        (
            _("PIN and deposit"),
            {
                "fields": (
                    column("pin_standing", _("PIN"), _pin_standing),
                    column("own_limits", _("own limits without PIN"), _limits),
                    money("deposit_fen", _("deposit")),
                    "deposit_paid_by",
                    "deposit_returned_at",
                    money("fee_fen", _("fee for replacing it")),
                    "fee_paid_by",
                )
            },
        ),
        (
            _("Life"),
            {"fields": ("issued_at", "activated_at", "loss_reported_at", "loss_version", "cancelled_at", REPLACED_BY)},
        ),
        (_("Not possible now"), {"fields": (column("impossible", _("why"), _impossible),)}),
        (_("History"), {"fields": (column("history", _("steps"), _history),)}),
    )


REASON = badge("reason", _("reason"), {CardState.LOST: "bad", CardState.FROZEN: "warn", CardState.ACTIVE: "good"})
LISTED_CARD = column("number", _("card number"), lambda change: link("cards.card", change.card_id, change.card_no))


@admin.register(BlacklistChange)
class BlacklistChangeAdmin(MoneyAdmin):
    """黑名单: every change of it, newest first; the first line's count is how many cards are on it now."""

    list_display = ("version", LISTED_CARD, "is_listed", REASON, "changed_at", "listed_count")
    list_filter = (
        ("is_listed", BooleanRadioFilter),
        ("reason", ChoicesDropdownFilter),
        ("changed_at", RangeDateTimeFilter),
    )
    search_fields = ("=card_no",)
    search_help_text = _("Card number")
    fields = (*list_display, "checksum")


@admin.register(TestCard)
class TestCardAdmin(DeedAdmin):
    """测试卡: numbers for trying terminals; no money ever moves with them."""

    list_display = ("card_no", "purpose", "registered_by", "registered_at")
    search_fields = ("=card_no",)
    search_help_text = _("Card number")
    ordering = ("card_no",)
    fields = list_display
    registering = Deed(
        "cards.register_test_card",
        _("Register a test card"),
        lambda actor, row, said: register_test_card(actor, said["card_no"], purpose=said["purpose"]),
        form=TestCardForm,
        explains=_("Terminals decline it as unknown; what one sold with it offline is held and written off."),
        says=CARD_SAYS,
    )
