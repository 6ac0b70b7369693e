"""merchants.register_merchant."""

from __future__ import annotations

import pytest
from django.db import transaction

from onecard.access.types import NotPermitted
from onecard.ledger.models import Account
from onecard.ledger.types import Subject
from onecard.merchants.actions.register_merchant import register_merchant
from onecard.merchants.queries import merchant_with
from onecard.merchants.types import MerchantOutcome
from tests.world import World


def test_a_merchant_has_an_empty_payable_account(world: World) -> None:
    assert register_merchant(world.cast.clerk, "kiosk", name="Kiosk 报亭") is MerchantOutcome.DONE
    kiosk = merchant_with("kiosk")
    assert kiosk is not None
    account = Account.objects.get(pk=kiosk.payable_account_id)
    assert (account.subject, account.side, account.balance_fen) == (Subject.MERCHANT_PAYABLE, -1, 0)


def test_a_code_is_taken_once(world: World) -> None:
    accounts = Account.objects.count()
    assert register_merchant(world.cast.clerk, "canteen", name="Other") is MerchantOutcome.REFUSED_CODE_TAKEN
    assert Account.objects.count() == accounts
    assert merchant_with("nobody") is None


def test_the_outsider_is_refused(world: World) -> None:
    with pytest.raises(NotPermitted), transaction.atomic():
        register_merchant(world.cast.outsider, "kiosk", name="Kiosk")
    assert merchant_with("kiosk") is None
