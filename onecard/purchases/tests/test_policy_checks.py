"""What purchases cannot do yet is said by the daily check, instead of nothing happening."""

from __future__ import annotations

import pytest

from onecard.purchases.policy_checks import SURCHARGE, surcharges


@pytest.mark.parametrize(("surcharge_bp", "faults"), [(0, []), (500, [(SURCHARGE,)])])
def test_a_surcharge_is_a_fault_while_nothing_charges_it(surcharge_bp: int, faults: list[tuple[str, ...]]) -> None:
    assert [one.names for one in surcharges({SURCHARGE: surcharge_bp}) if one.is_fault] == faults
