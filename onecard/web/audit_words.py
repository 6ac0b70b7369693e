"""Audit events in words: what an action is called on the pages, and what its outcome means."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from onecard.access.action import NOT_APPROVED, NOT_PERMITTED, spec_of
from onecard.access.pages import Deed, DeedAdmin
from onecard.access.posts import APPROVE, PERMISSIONS
from onecard.audit.types import LOG_IN, LOG_OUT
from onecard.web.outcome_words import OUTCOME_WORDS

TITLES: Mapping[str, Any] = {
    LOG_IN: _("Log in"),
    LOG_OUT: _("Log out"),
    "access.witness": _("Sign as a witness"),
    "counter.take_deposit": _("Deposit"),
    "counter.pay_withdrawal": _("Withdrawal"),
    "counter.book_charge": _("Card fee or deposit"),
    "access.export_list": _("Take a list as a file"),
    "access.verify_audit_log": _("Verify the audit log"),
    "access.propose_action": _("Propose"),
    "access.create_operator": _("Create an operator"),
    "access.assign_posts": _("Assign posts"),
    "access.deactivate_operator": _("Deactivate an operator"),
    "access.add_security_key": _("Register a security key"),
    "access.remove_security_key": _("Remove a security key"),
    "people.store_photos": _("Photos by batch"),
    "cards.make_sheet": _("PDF for the card printer"),
    "closing.close_day": _("Close the day"),
    "closing.rotate_seal_key": _("Set the seal key aside"),
}
"""Actions that no button on a row's page does."""
OUTCOMES: Mapping[str, Any] = {
    "DONE": _("Done"),
    "REPEATED": _("Was so already"),
    NOT_PERMITTED: _("Not permitted"),
    NOT_APPROVED: _("Not approved"),
    "CHECK_FAILED": _("A check failed"),
}


@functools.cache
def _deeds() -> dict[str, Deed]:
    pages = [page for page in admin.site._registry.values() if isinstance(page, DeedAdmin)]
    deeds = (deed for page in pages for deed in (*page.deeds, *filter(None, [page.registering])))
    return {deed.name: deed for deed in deeds}


def title_of(action: str) -> str:
    """The action in the words of its proposal or button; its name, spelt out, when it has neither."""
    if action in TITLES:
        return str(TITLES[action])
    try:
        need = spec_of(action).need
    except KeyError:
        need = None
    if need is not None:
        return str(need.title)
    return str(_deeds()[action].title) if action in _deeds() else action.partition(".")[2].replace("_", " ").capitalize()


def known_actions() -> set[str]:
    """The actions that some post has or that have a title here: what may be in the log."""
    held = frozenset[str]().union(*PERMISSIONS.values())
    return {name for name in {*held, *TITLES} if name in TITLES or (".view_" not in name and not name.endswith(APPROVE))}


def outcome_of(action: str, outcome: str) -> str:
    """What the outcome says to the operator who got it; its name, spelt out, when nobody gave it words."""
    if outcome in OUTCOMES:
        return str(OUTCOMES[outcome])
    says = _deeds()[action].says if action in _deeds() else {}
    named = {member.name: words for member, words in says.items()} if isinstance(says, Mapping) else {}
    return str(
        named.get(outcome) or OUTCOME_WORDS.get(outcome) or outcome.removeprefix("REFUSED_").replace("_", " ").capitalize()
    )


def colour_of(outcome: str) -> str:
    """The badge's colour."""
    if outcome in (NOT_PERMITTED, NOT_APPROVED):
        return "bad"
    if outcome.startswith("REFUSED") or outcome == "CHECK_FAILED":
        return "warn"
    return "good" if outcome == "DONE" else "plain"
