"""Many processes at once, killed ones, and the files that they leave."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from onecard.kernel import postgres, postgres_postmaster
from onecard.kernel.postgres import Server, State
from onecard.kernel.postgres_lock import wait_until
from onecard.kernel.tests.servers import IS_ROOT, SAY_PID, START, ask, pid_of, python

# Processes: many at once, killed, interrupted.


def test_many_processes_at_once_start_one_server(folder: Path) -> None:
    processes = [python(SAY_PID, folder) for _ in range(4)]
    pids = {process.communicate(timeout=30)[0].strip() for process in processes}
    assert pids == {str(pid_of(folder))}


def test_the_server_survives_ctrl_c_and_the_death_of_its_starter(folder: Path) -> None:
    with python(f"{SAY_PID}; sys.stdin.read()", folder) as starter:
        assert starter.stdout is not None
        pid = int(starter.stdout.readline())
        os.killpg(starter.pid, signal.SIGINT)
        os.killpg(starter.pid, signal.SIGKILL)
    assert pid_of(folder) == pid
    assert postgres.is_running(folder)


def test_a_starter_killed_in_initdb_leaves_no_half(folder: Path) -> None:
    with python(START, folder) as starter:
        assert wait_until(lambda: any(folder.glob("data.draft-*/base")), wait_s=20)
        starter.kill()
    assert not (folder / "data").exists()
    server = postgres.ensure_running(folder)
    assert ask(server, "select 1") == 1
    assert [*folder.glob("data.draft-*")] == []


def test_a_killed_server_is_started_again_with_what_it_had_committed(server: Server) -> None:
    ask(server, "create table kept as select 1 as kept")
    first = pid_of(server.folder)
    # A backend that is still there holds the shared memory for a moment.
    with psycopg.connect(**server.conninfo("postgres", postgres.OWNER)) as connection:
        os.kill(first, signal.SIGKILL)
        postgres.ensure_running(server.folder)
        assert pid_of(server.folder) != first
        assert ask(server, "select kept from kept") == 1
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select 1")


# Files that a killed machine leaves.


@pytest.fixture
def bystander(server: Server) -> Iterator[subprocess.Popen[bytes]]:
    """A program of the server's own user that isn't PostgreSQL."""
    owner = server.data_dir.stat().st_uid
    process = subprocess.Popen(["cat"], stdin=subprocess.PIPE, cwd="/", user=owner if IS_ROOT else None)
    yield process
    process.kill()
    process.communicate()


def state_of(pid: int) -> str:
    """The kernel's letter for the process: Z for one that has ended and not been buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]
    except FileNotFoundError:
        return "gone"


def leave_lock_files(server: Server, *, pid: int) -> None:
    """Stop the server and leave its lock files behind with another process's number in them."""
    owner = server.data_dir.stat()
    files = [server.data_dir / "postmaster.pid", server.socket_dir / ".s.PGSQL.5432.lock"]
    texts = [path.read_text().split("\n", 1)[1] for path in files]
    postgres.stop(server.folder)
    for path, text in zip(files, texts, strict=True):
        path.write_text(f"{pid}\n{text}")
        os.chown(path, owner.st_uid, owner.st_gid)


def test_lock_files_of_a_dead_process(server: Server, bystander: subprocess.Popen[bytes]) -> None:
    bystander.kill()
    bystander.communicate()
    leave_lock_files(server, pid=bystander.pid)
    assert postgres.status(server.folder).state is State.STOPPED
    assert postgres.ensure_running(server.folder) == server


def test_lock_files_with_the_number_of_another_program(server: Server, bystander: subprocess.Popen[bytes]) -> None:
    leave_lock_files(server, pid=bystander.pid)
    assert postgres.status(server.folder).state is State.STOPPED
    assert postgres.ensure_running(server.folder) == server
    assert bystander.poll() is None


def test_lock_files_with_the_number_of_a_zombie(server: Server, bystander: subprocess.Popen[bytes]) -> None:
    bystander.kill()
    assert wait_until(lambda: state_of(bystander.pid) == "Z", wait_s=20)
    leave_lock_files(server, pid=bystander.pid)
    assert postgres.ensure_running(server.folder) == server


@pytest.mark.parametrize("content", ["", "rubbish\n", "0\n"])
def test_an_old_pid_file_that_says_nothing(server: Server, content: str) -> None:
    postgres.stop(server.folder)
    (server.data_dir / "postmaster.pid").write_text(content)
    os.utime(server.data_dir / "postmaster.pid", (0, 0))
    assert postgres.ensure_running(server.folder) == server


def test_a_fresh_pid_file_that_says_nothing_is_given_time(server: Server) -> None:
    """It may be a server's that is just being started by somebody who was killed."""
    postgres.stop(server.folder)
    (server.data_dir / "postmaster.pid").touch()
    assert postgres.ensure_running(server.folder) == server


def test_the_server_is_known_where_working_folders_cannot_be_seen(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """As for root in a container without CAP_SYS_PTRACE."""
    monkeypatch.setattr(postgres_postmaster, "_working_folder", lambda _pid: None)
    assert postgres_postmaster.postmaster_of(server.data_dir) is not None
    assert postgres_postmaster.postmaster_of(server.data_dir.parent) is None


def test_data_deleted_under_a_running_server(server: Server) -> None:
    first = pid_of(server.folder)
    shutil.rmtree(server.data_dir)
    assert postgres.status(server.folder).state is State.ABSENT
    postgres.ensure_running(server.folder)
    assert pid_of(server.folder) != first
    assert state_of(first) in ("gone", "Z")
    assert ask(server, "select 1") == 1
