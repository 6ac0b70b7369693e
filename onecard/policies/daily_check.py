"""每日检查参数: all values in force today under the rules of `plausibility.py` and the checks of the rooms above."""

from __future__ import annotations

from onecard.policies.catalogue import POLICIES
from onecard.policies.plausibility import Finding, faults_in, notes_on
from onecard.policies.previews import in_rooms
from onecard.policies.queries import begun_today, values_of


def findings_today() -> list[Finding]:
    """What is strange about the values in force today: faults first, then notes."""
    values = values_of(POLICIES)
    found = list(faults_in(values))
    for checks in in_rooms("policy_checks", "CHECKS"):
        for check in checks:
            found += check(values)
    found += notes_on(values, begun_today=begun_today())
    return sorted(found, key=lambda one: not one.is_fault)
