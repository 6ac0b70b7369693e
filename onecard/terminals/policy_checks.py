"""Whether what terminals work by goes together with the centre's policies (policies/plausibility.py finds this)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from onecard.kernel import clock
from onecard.policies.plausibility import Check, Finding, Values
from onecard.terminals.models import ParameterSet, Terminal
from onecard.terminals.parameters import read_content
from onecard.terminals.types import TerminalState

CAP, PIN = "people.balance_cap_fen", "purchases.pin_single_limit_fen"


def single_limits(values: Values) -> Iterator[Finding]:
    """Terminals in use whose own single limit is above what a purse can hold: the limit never does anything."""
    strange = Terminal.objects.filter(state=TerminalState.ENABLED, single_limit_fen__gt=values[CAP]).order_by("code")
    for code in strange.values_list("code", flat=True):
        yield Finding((CAP,), _("The terminal's single limit is above the balance cap."), place=code)


def offline_limits(values: Values) -> Iterator[Finding]:
    """Parameter sets in force whose offline single limit is above the PIN's: offline nobody asks for the PIN."""
    begun = ParameterSet.objects.filter(effective_from__lte=clock.now()).select_related("merchant", "terminal")
    newest = begun.order_by("merchant_id", "terminal_id", "-version").distinct("merchant_id", "terminal_id")
    for one in newest:
        offline = read_content(one.content).offline
        limit = offline.single_limit_fen or offline.card_limit_fen
        if offline.is_allowed and (limit == 0 or limit > values[PIN]):  # type: ignore[operator]  # a number of fen
            scope = one.terminal or one.merchant or "*"
            yield Finding((PIN,), _("Offline, more is sold without a PIN than the single limit allows."), False, str(scope))


CHECKS: tuple[Check, ...] = (single_limits, offline_limits)
