"""Who may touch the money tables: the application's role reads them, and not even the owner changes what is booked."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection, connections, transaction
from django.db.utils import DatabaseError, ProgrammingError

from onecard.kernel import sql
from onecard.ledger import queries
from onecard.ledger.actions.hold_records import hold_records
from onecard.ledger.actions.settle_held_records import locked_record, settle
from onecard.ledger.models import HeldRecord
from onecard.ledger.types import SettledAs
from tests.refused import database_error
from tests.world import DAY, NOON, World, close_day

MONEY_TABLES = (
    "ledger_transfer",
    "ledger_account",
    "ledger_daybalance",
    "ledger_businessday",
    "purchases_purchase",
    "terminals_terminalbatch",
)
A_COLUMN = {"ledger_businessday": "date"}


def attempt(statement: str, *, alias: str = "default") -> str:
    """The SQLSTATE that refuses the statement; empty when it went through."""
    error = database_error(statement, alias=alias)
    return "" if error is None else error.sqlstate or "unknown"


INSUFFICIENT_PRIVILEGE = "42501"
APPEND_ONLY = "OC004"


@pytest.mark.parametrize("table", MONEY_TABLES)
@pytest.mark.parametrize("verb", ["insert", "update", "delete", "truncate"])
def test_the_application_writes_no_money_table(world: World, table: str, verb: str) -> None:
    column = A_COLUMN.get(table, "id")
    statement = {
        "insert": f"insert into {table} default values",
        "update": f"update {table} set {column} = {column}",
        "delete": f"delete from {table}",
        "truncate": f"truncate {table} cascade",
    }[verb]
    assert attempt(statement) == INSUFFICIENT_PRIVILEGE


@pytest.mark.parametrize(
    "function",
    [
        "ledger_book_v1(null, null, null, null, null, null, null, null, null, null)",
        "purchases_book_v2(" + ", ".join(["null"] * 23) + ")",
    ],
)
def test_the_application_calls_no_inner_function(world: World, function: str) -> None:
    assert attempt(f"select {function}") == INSUFFICIENT_PRIVILEGE


@pytest.mark.parametrize("table", ["ledger_source", "ledger_heldrecord"])
def test_what_is_registered_or_held_stays(world: World, table: str) -> None:
    assert attempt(f"delete from {table}") == INSUFFICIENT_PRIVILEGE


@pytest.mark.parametrize(
    "statement",
    [
        "update ledger_heldrecord set raw = '{}'",
        "update ledger_heldrecord set reason = 'x', settled_at = now()",
        "insert into ledger_heldrecord select * from ledger_heldrecord",
        "truncate ledger_heldrecord",
    ],
)
def test_the_application_changes_nothing_that_is_held(world: World, statement: str) -> None:
    assert attempt(statement) == INSUFFICIENT_PRIVILEGE


def test_the_application_owns_nothing_and_creates_nothing(world: World) -> None:
    assert attempt("create table mine (id int)") == INSUFFICIENT_PRIVILEGE
    assert attempt("alter table ledger_transfer disable trigger append_only") == INSUFFICIENT_PRIVILEGE
    assert attempt("drop trigger append_only on ledger_transfer") == INSUFFICIENT_PRIVILEGE
    assert attempt("set session_replication_role = replica") == INSUFFICIENT_PRIVILEGE
    assert attempt("create or replace function ledger_share_open_day_v1() returns date language sql as 'select null'") != ""


def test_a_temporary_table_does_not_slip_under_the_ledger(world: World) -> None:
    """Functions keep a search path with pg_temp last, so a false business day of the caller's changes nothing."""
    with connection.cursor() as cursor:
        cursor.execute("create temporary table ledger_businessday (date date, state text)")
        cursor.execute("insert into pg_temp.ledger_businessday values ('1999-01-01', 'open')")
    assert sql.call("select ledger_share_open_day_v1()") == [(DAY,)]
    world.fund("wang", 5, seq=900)
    [transfer] = queries.transfers_of(world.job, 900)
    assert transfer.business_date == DAY


def test_every_privileged_function_has_a_pinned_search_path(world: World) -> None:
    rows = sql.call(
        "select proname from pg_proc where prosecdef and not exists"
        " (select from unnest(proconfig) as c where c like 'search_path=%pg_temp')"
        " and pronamespace = current_schema()::regnamespace"
    )
    assert rows == []


@pytest.fixture
def owner(own_world: World) -> Iterator[World]:
    """The cast with a closed day, committed; statements run as the owner through the `owner` alias."""
    close_day(own_world, DAY, next_date=DAY.replace(day=2))
    yield own_world
    connections["owner"].close()


def test_the_owner_changes_nothing_either(owner: World) -> None:
    for table in ("ledger_transfer", "ledger_daybalance"):
        assert attempt(f"update {table} set id = id", alias="owner") == APPEND_ONLY
        assert attempt(f"delete from {table}", alias="owner") == APPEND_ONLY
        assert attempt(f"truncate {table}", alias="owner") == APPEND_ONLY
    closed = "where state = 'closed'"
    assert attempt(f"update ledger_businessday set state = 'open', closed_at = null {closed}", alias="owner") == APPEND_ONLY
    assert attempt(f"delete from ledger_businessday {closed}", alias="owner") == APPEND_ONLY
    assert attempt("truncate ledger_businessday cascade", alias="owner") == APPEND_ONLY


def test_a_held_record_is_settled_once_and_otherwise_stays(owner: World) -> None:
    hold_records([(owner.job, 7, {"card": 1})], reason="TEST", owner_post="settlement_clerk", received_at=NOON)
    for statement in (
        "update ledger_heldrecord set raw = '{}'",
        "update ledger_heldrecord set settled_at = now(), settled_by = 'x', settled_as = 'booked', settlement = 'x', raw = '{}'",
        "delete from ledger_heldrecord",
        "truncate ledger_heldrecord cascade",
    ):
        assert attempt(statement, alias="owner") == APPEND_ONLY
    with transaction.atomic():
        held = locked_record(HeldRecord.objects.get().pk)
        settle(held, actor=owner.cast.clerk, settled_as=SettledAs.WRITTEN_OFF, text="a test")
    for alias in ("default", "owner"):
        assert attempt("update ledger_heldrecord set settlement = 'other'", alias=alias) == APPEND_ONLY


CONSTRAINTS = (
    ("update ledger_heldrecord set settled_at = now()", "settled_record_says_how"),
    ("insert into ledger_businessday (date, state) values ('2030-01-01', 'open')", "one_business_day_is_open"),
    ("insert into ledger_businessday (date, state) values ('2030-01-01', 'closed')", "closed_day_has_closing_time"),
    (
        "insert into ledger_account (subject, side, title, balance_fen, day_debits_fen) values (2001, 1, '', 0, 0)",
        "account_side_follows_subject",
    ),
    (
        "insert into ledger_account (subject, side, title, balance_fen, day_debits_fen) values (3001, 1, '', 0, 0)",
        "account_side_follows_subject",
    ),
    ("update ledger_account set closed_at = now() where balance_fen <> 0", "closed_account_is_empty"),
    ("insert into ledger_source (kind, name) values ('job', 'cast')", "source_is_registered_once"),
    (
        (
            "insert into ledger_daybalance (business_date, account_id, debits_fen, credits_fen, balance_fen)"
            " select business_date, account_id, 0, 0, 0 from ledger_daybalance limit 1"
        ),
        "one_day_balance_per_account",
    ),
)


def test_constraints_refuse_by_name(owner: World) -> None:
    hold_records([(owner.job, 7, {"card": 1})], reason="TEST", owner_post="settlement_clerk", received_at=NOON)
    for statement, name in CONSTRAINTS:
        with pytest.raises(DatabaseError) as refused, transaction.atomic(using="owner"):
            connections["owner"].cursor().execute(statement)
        assert isinstance(refused.value.__cause__, psycopg.Error)
        assert refused.value.__cause__.diag.constraint_name == name


def test_held_records_are_kept_once(world: World) -> None:
    raw = {"card": 1, "text": "饭"}
    for _ in range(2):
        hold_records([(None, 7, raw), (None, 7, raw)], reason="TEST", owner_post="settlement_clerk", received_at=NOON)
    hold_records([(None, 7, raw | {"card": 2})], reason="TEST", owner_post="settlement_clerk", received_at=NOON)
    hold_records([(world.job, 7, raw)], reason="TEST", owner_post="settlement_clerk", received_at=NOON)
    hold_records([], reason="TEST", owner_post="settlement_clerk", received_at=NOON)
    assert HeldRecord.objects.count() == 3
    assert queries.held_count() == 3
    assert {record.raw["text"] for record in HeldRecord.objects.all()} == {"饭"}


def test_no_day_no_money(db: None) -> None:
    assert queries.open_day() is None
    with pytest.raises(psycopg.Error, match="no business day is open") as refused:
        sql.call("select ledger_share_open_day_v1()")
    assert refused.value.sqlstate == "OC001"


def test_programming_errors_are_not_swallowed(db: None) -> None:
    with pytest.raises(ProgrammingError), connection.cursor() as cursor:
        cursor.execute("select nothing_of_the_kind()")
