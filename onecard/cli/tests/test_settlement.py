"""`onecard settlement`: build what is due, and find every fen that is not the ledger's."""

from __future__ import annotations

from django.db import connections
from typer.testing import CliRunner

from onecard.cli import settlement
from onecard.merchants.models import Merchant
from onecard.merchants.queries import rates_of
from onecard.settlement.models import Statement
from onecard.settlement.tests.office import agree, sell, turn_to
from onecard.settlement.tests.test_statements import NOVEMBER
from tests.world import World


def run(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(settlement.app, [*words], catch_exceptions=False)
    assert done.exit_code == code, done.output
    return " ".join(done.output.split())


def damage(statement: str) -> None:
    """As somebody with the owner's rights and the triggers off can."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        cursor.execute(statement)
    connections["owner"].close()


def test_two_months_are_built_and_verified(own_world: World) -> None:
    agree()
    sell(own_world, 1, 3_000)
    assert "Nothing is due" in run("build")
    turn_to(own_world, NOVEMBER)
    built = run("build")
    assert ("canteen 1" in built, "canteen 2" in built, "29.70" in built) == (True, True, True)
    assert "Nothing is due" in run("build")
    assert run("verify", "canteen") == run("verify") == "2 statements are what the ledger says."
    assert "there is no merchant x" in run("verify", "x", code=1)


def test_a_contract_is_entered_and_what_is_refused_says_why(own_world: World) -> None:
    terms = ("canteen", "C-1", "--begins", "2026-09-01")
    assert run("contract", *terms, "--rate-bp", "100", "--minimum", "12.5").endswith("100 basis points. Done.")
    assert "It is so already" in run("contract", *terms, "--rate-bp", "100")
    assert [(one.fee_rate_bp, one.minimum_fee_fen) for one in rates_of(Merchant.objects.get(code="canteen").pk)] == [(100, 1_250)]
    assert "there is no merchant x" in run("contract", "x", *terms[1:], "--rate-bp", "100", code=1)
    assert "0 to 3,000 basis points" in run("contract", "shop", "C-2", *terms[2:], "--rate-bp", "3001", code=1)
    assert "yuan" in run("contract", "shop", "C-2", *terms[2:], "--rate-bp", "1", "--minimum", "much", code=1)


def test_what_was_changed_is_named(own_world: World) -> None:
    agree()
    sell(own_world, 1, 3_000)
    turn_to(own_world, NOVEMBER)
    run("build")
    pk = Statement.objects.order_by("pk")[0].pk
    amount = "amount_fen = amount_fen"
    for harm, heal, named in (
        (f"update settlement_line set {amount} + 1", f"update settlement_line set {amount} - 1", "a line"),
        (
            f"update settlement_statement set fee_fen = 31, payable_fen = 2969, due_fen = 2969 where id = {pk}",
            f"update settlement_statement set fee_fen = 30, payable_fen = 2970, due_fen = 2970 where id = {pk}",
            "fee_fen is kept as 31, the ledger says 30",
        ),
        (
            f"update settlement_statement set last_id = last_id + 1 where id = {pk}",
            f"update settlement_statement set last_id = last_id - 1 where id = {pk}",
            "last_id",
        ),
    ):
        damage(harm)
        assert named in run("verify", code=1)
        damage(heal)
    assert "what the ledger says" in run("verify")
