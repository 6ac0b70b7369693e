"""One name, many places: an action's name is its file, its function and a permission that some post holds."""

from __future__ import annotations

import importlib

from django.apps import apps

from onecard.access.action import registered_actions, spec_of
from onecard.access.duties import OWN_ACCOUNT
from onecard.access.posts import APPROVE, PERMISSIONS
from tests.code.source import ROOT

PAGES = {"web.view_dashboard", "ledger.verify", "audit.view_reports", "portal.view_merchant"}
"""Permissions that are neither an action nor the list of a model."""
SYSTEM_ONLY = {
    "access.rescue_operator",
    "closing.rotate_seal_key",
    "funding.book_bank_transfers",
    "funding.grant_subsidies",
    "people.register_people_batch",
    "people.reseal",
    "reports.send_report",
    "terminals.enrol_device",
    "terminals.roll_key",
}
"""Actions that no post holds: run on the command line by who holds the machine, by jobs, or by the gateway for a device with its
proof."""


def all_actions() -> dict[str, str]:
    for path in sorted((ROOT / "onecard").glob("*/actions/*.py")):
        importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    return {name: f"{spec.function.__module__}.{spec.function.__name__}" for name, spec in registered_actions().items()}


def test_an_action_is_where_its_name_says() -> None:
    wrong = {}
    for name, place in all_actions().items():
        room, verb = name.split(".")
        if place != f"onecard.{room}.actions.{verb}.{verb}":
            wrong[name] = place
    assert wrong == {}


def test_posts_hold_what_exists() -> None:
    held = frozenset[str]().union(*PERMISSIONS.values()) | OWN_ACCOUNT
    views = {f"{model._meta.app_label}.view_{model._meta.model_name}" for model in apps.get_models()}
    approvals = {name + APPROVE for name in all_actions() if spec_of(name).need is not None}
    assert held - set(all_actions()) - approvals - views - PAGES == set()


def test_what_needs_approval_is_proposed_and_approved_by_somebody() -> None:
    held = frozenset[str]().union(*PERMISSIONS.values())
    sensitive = {name for name in all_actions() if spec_of(name).need is not None}
    assert sensitive
    assert {name for name in sensitive if name not in held or name + APPROVE not in held} == set()


def test_every_action_is_somebodys() -> None:
    held = frozenset[str]().union(*PERMISSIONS.values()) | OWN_ACCOUNT
    general = {name for name in all_actions() if spec_of(name).is_general}
    assert set(all_actions()) - general - held == SYSTEM_ONLY


def test_every_action_says_what_it_does() -> None:
    all_actions()
    assert [name for name, spec in registered_actions().items() if not spec.summary.endswith(".")] == []
