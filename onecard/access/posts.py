"""What each post may do: the one table from posts to permissions.

An action's permission is its own name (`cards.report_loss`); a page that lists a model needs `<room>.view_<model>`. Who holds the
permission of an action that needs approval may propose it, who holds `<action>.approve` may approve what somebody else proposed.
"""

from __future__ import annotations

from collections.abc import Iterable

from onecard.access.duties import (
    ACCESS_APPROVAL,
    ACCESS_WORK,
    CARD_APPROVAL,
    CARD_WORK,
    COUNTER_APPROVAL,
    COUNTER_WORK,
    DASHBOARD,
    FEED_APPROVAL,
    FEED_WORK,
    FINANCE_WORK,
    GAP_WORK,
    MERCHANT_WORK,
    MONEY_APPROVAL,
    OWN_ACCOUNT,
    PAYMENT_WORK,
    PEOPLE_APPROVAL,
    PLACE_APPROVAL,
    POLICY_APPROVAL,
    POLICY_WORK,
    ROSTER_WORK,
    SEE_ACCESS,
    SEE_COUNTER,
    SEE_FEEDS,
    SEE_MONEY,
    SEE_PAPERS,
    SEE_PEOPLE,
    SEE_PLACES,
    SEE_POLICIES,
    SEE_PROPOSALS,
    SEE_ROSTERS,
    SEE_SETTLEMENT,
    SETTLEMENT_WORK,
    TERMINAL_WORK,
)
from onecard.access.types import Post

APPROVE = ".approve"
"""What follows an action's name in the permission to approve it."""

PERMISSIONS: dict[Post, frozenset[str]] = {
    Post.SYSTEM_ADMINISTRATOR: frozenset(
        DASHBOARD
        | SEE_PLACES
        | SEE_PROPOSALS
        | SEE_POLICIES
        | TERMINAL_WORK
        | POLICY_WORK
        | ACCESS_APPROVAL
        | {"access.view_operator"}
    ),
    Post.SECURITY_ADMINISTRATOR: frozenset(SEE_ACCESS | SEE_PROPOSALS | ACCESS_WORK | {"audit.view_reports"}),
    Post.AUDITOR: frozenset(
        DASHBOARD
        | SEE_MONEY
        | SEE_SETTLEMENT
        | SEE_PEOPLE
        | SEE_ROSTERS
        | SEE_FEEDS
        | SEE_PLACES
        | SEE_ACCESS
        | SEE_COUNTER
        | SEE_PROPOSALS
        | SEE_POLICIES
        | SEE_PAPERS
        | {"audit.view_event", "audit.view_reports", "access.verify_audit_log", "ledger.verify"}
    ),
    Post.CARD_CLERK: frozenset(
        DASHBOARD
        | SEE_PEOPLE
        | SEE_ROSTERS
        | SEE_FEEDS
        | SEE_COUNTER
        | SEE_PROPOSALS
        | SEE_POLICIES
        | SEE_PAPERS
        | CARD_WORK
        | COUNTER_WORK
        | ROSTER_WORK
        | FEED_WORK
        | PEOPLE_APPROVAL
        | {"purchases.view_purchase", "funding.collect_subsidies"}
    ),
    Post.SETTLEMENT_CLERK: frozenset(
        DASHBOARD
        | SEE_MONEY
        | SEE_SETTLEMENT
        | SEE_PEOPLE
        | SEE_PLACES
        | SEE_COUNTER
        | SEE_PROPOSALS
        | SEE_POLICIES
        | SEE_PAPERS
        | SETTLEMENT_WORK
        | COUNTER_APPROVAL
        | POLICY_WORK
        | GAP_WORK
        | {"terminals.publish_parameters.approve"}
        | CARD_APPROVAL
        | {
            "cards.report_loss",
            "cards.activate_card",
            "cards.receive_slip",
            "cards.refuse_slip",
            "cards.send_cards",
            "papers.check_paper",
        }
    ),
    Post.FINANCE: frozenset(
        DASHBOARD
        | SEE_MONEY
        | SEE_SETTLEMENT
        | SEE_PLACES
        | SEE_COUNTER
        | SEE_PROPOSALS
        | SEE_POLICIES
        | MONEY_APPROVAL
        | COUNTER_APPROVAL
        | POLICY_APPROVAL
        | PAYMENT_WORK
        | SEE_PAPERS
        | FINANCE_WORK
        | {"terminals.declare_lost.approve", "counter.confirm_handover", "papers.check_paper", "papers.receive_paper"}
    ),
    Post.ROOM_OPERATOR: frozenset(DASHBOARD | SEE_PLACES),
    Post.NETWORK_ADMINISTRATOR: frozenset(DASHBOARD | SEE_PLACES),
    Post.NETWORK_SERVICE_CLERK: frozenset(DASHBOARD),
    Post.DIRECTOR: frozenset(
        DASHBOARD
        | SEE_MONEY
        | SEE_SETTLEMENT
        | SEE_PEOPLE
        | SEE_ROSTERS
        | SEE_FEEDS
        | SEE_PLACES
        | SEE_ACCESS
        | SEE_COUNTER
        | SEE_PROPOSALS
        | SEE_POLICIES
        | MONEY_APPROVAL
        | PLACE_APPROVAL
        | CARD_APPROVAL
        | COUNTER_APPROVAL
        | POLICY_APPROVAL
        | PEOPLE_APPROVAL
        | FEED_APPROVAL
        | ACCESS_APPROVAL
        | SEE_PAPERS
        | {"papers.check_paper", "audit.view_reports", "reports.subscribe", "reports.unsubscribe"}
    ),
    Post.MERCHANT: frozenset(MERCHANT_WORK),
}


def permissions_of(posts: Iterable[Post]) -> frozenset[str]:
    """The union of the posts' permissions; whoever holds any post may look after the own account."""
    held = list(posts)
    own = OWN_ACCOUNT if held else set()
    return frozenset(own).union(*(PERMISSIONS[post] for post in held))
