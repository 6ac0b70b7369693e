"""Whose server it is: started by root or by a user, and closed to everybody else."""

from __future__ import annotations

import multiprocessing
import os
import stat
import struct
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from onecard.kernel import postgres, postgres_account
from onecard.kernel.postgres import PostgresProblem, Server
from onecard.kernel.postgres_account import Account
from onecard.kernel.tests.servers import IS_ROOT, ask, end, nobody


def test_nobody_else_gets_in(server: Server) -> None:
    private = [server.data_dir, server.socket_dir, server.log]
    assert {stat.S_IMODE(path.stat().st_mode) for path in private} == {0o700}
    assert (server.folder / "pg_hba.conf").read_text().splitlines()[-1] == "local all all peer map=onecard"


@pytest.mark.skipif(not IS_ROOT, reason="only root can act as another user; the modes are tested without")
def test_another_user_is_refused_even_where_the_socket_is_open_to_all(server: Server) -> None:
    stranger = nobody()
    let_run_binaries(stranger)
    command: list[str | Path] = [
        postgres.binary("psql"),
        "-h",
        server.socket_dir,
        "-U",
        postgres.OWNER,
        "-d",
        "postgres",
        "-c",
        "select 1",
    ]
    assert "Permission denied" in stranger.run(command, timeout_s=10).stdout
    server.folder.parent.chmod(0o755)
    server.socket_dir.chmod(0o755)
    (server.socket_dir / ".s.PGSQL.5432").chmod(0o777)
    assert "Peer authentication failed" in stranger.run(command, timeout_s=10).stdout


def test_permissions_that_became_too_wide_are_closed(server: Server) -> None:
    postgres.stop(server.folder)
    for path in (server.data_dir, server.socket_dir, server.log):
        path.chmod(0o777)
    postgres.ensure_running(server.folder)
    assert {stat.S_IMODE(p.stat().st_mode) for p in (server.data_dir, server.socket_dir, server.log)} == {0o700}


def as_user(account: Account, action: Callable[[], str]) -> str:
    """What `action` says when a process of that user does it; a PostgresProblem is said in its words.

    A forked process, because the interpreter itself may be where that user cannot reach it.
    """
    ours, theirs = multiprocessing.Pipe(duplex=False)

    def act() -> None:
        os.setgroups([])
        os.setgid(account.gid)
        os.setuid(account.uid)
        try:
            theirs.send(action())
        except PostgresProblem as problem:
            theirs.send(str(problem))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking beside the threads of the test runner
        process = multiprocessing.get_context("fork").Process(target=act)
        process.start()
    theirs.close()
    said = str(ours.recv())
    process.join()
    return said


def let_run_binaries(account: Account) -> None:
    program = postgres.binary("psql")
    postgres_account.let_run(account, programs=(program,), trees=(program.parents[2],))


def owner_of_data(folder: Path) -> str:
    return postgres.ensure_running(folder).data_dir.owner()


@pytest.fixture
def users_folder(folder: Path) -> Path:
    """A folder of user `nobody`, who can run the binaries."""
    folder.parent.chmod(0o755)
    os.chown(folder, nobody().uid, nobody().gid)
    let_run_binaries(nobody())
    return folder


only_root = pytest.mark.skipif(not IS_ROOT, reason="as a user all other tests run as a user already; this one changes users")


@only_root
def test_root_runs_it_as_the_service_user_behind_a_closed_folder(server: Server) -> None:
    assert server.data_dir.owner() == postgres_account.SERVICE_USER
    assert stat.S_IMODE(server.folder.parent.stat().st_mode) & 0o007 == 0
    assert ask(server, "select current_user") == postgres.OWNER


@only_root
def test_a_user_runs_it_and_root_finds_it(users_folder: Path) -> None:
    assert as_user(nobody(), lambda: owner_of_data(users_folder)) == "nobody"
    server = postgres.ensure_running(users_folder)
    assert ask(server, "select current_user") == postgres.OWNER
    assert postgres.stop(users_folder)


@only_root
def test_root_starts_a_users_server_as_that_user_who_can_still_use_it(users_folder: Path) -> None:
    as_user(nobody(), lambda: owner_of_data(users_folder))
    postgres.stop(users_folder)
    assert owner_of_data(users_folder) == "nobody"
    assert as_user(nobody(), lambda: str(postgres.stop(users_folder))) == "True"
    assert as_user(nobody(), lambda: owner_of_data(users_folder)) == "nobody"


@only_root
def test_a_user_and_root_agree_on_the_socket_of_a_long_path(users_folder: Path) -> None:
    deep = users_folder / ("d" * 100)
    as_user(nobody(), lambda: owner_of_data(deep))
    try:
        assert ask(postgres.ensure_running(deep), "select 1") == 1
    finally:
        end(deep)


@only_root
def test_a_user_is_told_that_the_server_is_anothers(server: Server) -> None:
    server.folder.parent.chmod(0o755)
    said = as_user(nobody(), lambda: owner_of_data(server.folder))
    assert "this user may not use the database's folder" in said
    assert "ONECARD_VAR" in said


@only_root
def test_data_of_root_are_refused_with_the_way_out(folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data" / "PG_VERSION").write_text("18\n")
    with pytest.raises(PostgresProblem, match=f"chown -R {postgres_account.SERVICE_USER}"):
        postgres.ensure_running(folder)


@only_root
def test_passage_is_given_to_one_user_and_keeps_the_rights_of_the_others(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    (closed / "inner").mkdir(parents=True)
    closed.chmod(0o750)
    postgres_account.let_pass(nobody(), to=closed / "inner")
    postgres_account.let_pass(nobody(), to=closed / "inner")
    assert nobody().run(["test", "-x", closed], timeout_s=10).returncode == 0
    assert nobody().run(["test", "-r", closed], timeout_s=10).returncode == 1
    assert stat.S_IMODE(closed.stat().st_mode) == 0o750
    entries = [*struct.iter_unpack("<HHI", os.getxattr(closed, "system.posix_acl_access")[4:])]
    assert (2, 1, nobody().uid) in entries
    assert (4, 5, 0xFFFFFFFF) in entries


@only_root
def test_software_that_root_installed_for_itself_is_opened(tmp_path: Path) -> None:
    program = tmp_path / "software" / "bin" / "tool"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\ncat $(dirname $0)/../data\n")
    program.chmod(0o700)
    data = program.parents[1] / "data"
    data.touch(mode=0o600)
    for folder in (program.parents[0], program.parents[1]):
        folder.chmod(0o700)
    postgres_account.let_run(nobody(), programs=(program,), trees=(program.parents[1],))
    assert nobody().run([program], timeout_s=10).returncode == 0
    assert [stat.S_IMODE(path.stat().st_mode) for path in (program, data)] == [0o755, 0o644]


@only_root
def test_without_access_lists_only_our_own_folder_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> None:
        raise OSError(95, "Operation not supported")

    ours = tmp_path / "var"
    (ours / "postgres").mkdir(parents=True)
    postgres_account.let_pass(nobody(), to=ours)
    ours.chmod(0o700)
    monkeypatch.setattr(os, "setxattr", refuse)
    with pytest.raises(PostgresProblem, match=f"chmod o\\+x '{ours}'"):
        postgres_account.let_pass(nobody(), to=ours / "postgres")
    postgres_account.let_pass(nobody(), to=ours / "postgres", ours=ours)
    assert stat.S_IMODE(ours.stat().st_mode) == 0o701


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PostgresProblem, match="should be a folder of user"):
        postgres_account.refuse_foreign(tmp_path, uid=os.geteuid() + 1)


def test_a_program_sees_none_of_our_postgresql_variables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PGDATA", "/somewhere/else")
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    account = postgres_account.account_for(tmp_path / "data")
    printed = account.run(["env"], timeout_s=10).stdout.splitlines()
    assert "LC_ALL=C" in printed
    assert not [line for line in printed if line.startswith("PG")]


def test_a_program_that_does_not_end_is_reported(tmp_path: Path) -> None:
    account = postgres_account.account_for(tmp_path / "data")
    assert "had not ended after 0.2 s" in account.run(["tail", "-f", "/dev/null"], timeout_s=0.2).stdout
