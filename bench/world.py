"""The campus that the benchmarks run on: cards, merchants, terminals and money, in a database of its own."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from django.conf import settings
from django.db import connections, transaction

from onecard.access.types import Actor
from onecard.cards.actions.issue_cards import issue_cards
from onecard.installation import install
from onecard.kernel import clock, sql
from onecard.kernel.secrets import conceal
from onecard.ledger.actions.open_accounts import open_accounts
from onecard.ledger.actions.post_transfers import post_transfers
from onecard.ledger.actions.register_source import register_source
from onecard.ledger.queries import shared_account
from onecard.ledger.types import Entry, SourceKind, Subject, TransferKind
from onecard.merchants.models import Merchant
from onecard.people.actions.register_people import register_people
from onecard.people.types import NewPerson, PersonKind
from onecard.terminals.models import Terminal
from onecard.terminals.rules import RECORD_KEY_BYTES
from onecard.terminals.types import RECORD_KEY_PURPOSE

DATABASE = "onecard_bench"
CARDS = 20_000
MERCHANTS = 200
TERMINALS = 200
FIRST_CARD_NO = 1_000_000
FUNDS_FEN = 1_000_000_000


def point_at_bench_database() -> None:
    """Let this process work in the benchmark's database."""
    for alias in ("default", "owner"):
        settings.DATABASES[alias]["NAME"] = DATABASE
        connections[alias].settings_dict["NAME"] = DATABASE


def build() -> None:
    """Install into an empty database, register everybody and give every card plenty of money."""
    install()
    sql.call("select ledger_open_first_day_v1(%t::date)", [clock.today()])
    with transaction.atomic():
        accounts = open_accounts([(Subject.MERCHANT_PAYABLE, f"m{n}") for n in range(MERCHANTS)])
        merchants = Merchant.objects.bulk_create(
            Merchant(code=f"m{n}", name=f"Merchant {n}", payable_account_id=account) for n, account in enumerate(accounts)
        )
        for n in range(TERMINALS):
            Terminal.objects.create(
                code=f"t{n}",
                merchant=merchants[n % MERCHANTS],
                source_id=register_source(SourceKind.TERMINAL, name=f"t{n}"),
                record_key=conceal(secrets.token_bytes(RECORD_KEY_BYTES), purpose=RECORD_KEY_PURPOSE),
            )
    _people()


def terminals_of_one_merchant() -> list[int]:
    """As many terminals again, all of them the first merchant's."""
    merchant = Merchant.objects.order_by("pk")[0]
    for n in range(TERMINALS):
        if not Terminal.objects.filter(code=f"hot{n}").exists():
            Terminal.objects.create(
                code=f"hot{n}",
                merchant=merchant,
                source_id=register_source(SourceKind.TERMINAL, name=f"hot{n}"),
                record_key=conceal(secrets.token_bytes(RECORD_KEY_BYTES), purpose=RECORD_KEY_PURPOSE),
            )
    return list(Terminal.objects.filter(code__startswith="hot").order_by("pk").values_list("pk", flat=True))


def _people() -> None:
    source = register_source(SourceKind.JOB, name="funding")
    bank = shared_account(Subject.BANK_CLEARING)
    for first in range(0, CARDS, 5_000):
        with transaction.atomic():
            newcomers = [NewPerson(f"p{n}", f"Person {n}", PersonKind.UNDERGRADUATE) for n in range(first, first + 5_000)]
            people = register_people(newcomers)
            numbers = [(FIRST_CARD_NO + first + n, person.pk) for n, person in enumerate(people)]
            issue_cards(Actor.system("bench"), numbers, at=datetime.now(UTC), activate=True)
            post_transfers(
                [
                    Entry(source, one.pk, TransferKind.BANK_TRANSFER, bank, one.cash_account_id, FUNDS_FEN, clock.now())
                    for one in people
                ]
            )
