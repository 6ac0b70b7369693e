"""Under whose account the server runs, and how that account gets through to the data.

PostgreSQL refuses to run as root. Started by root, it runs as the system user `onecard`, made when missing, or as whoever owns
the data already. That user needs the right to pass through the folders above (`/root` is 0700): it alone is given it, by an
access-control entry (ACL) with `x` and nothing else; nobody's mode bits are opened.
"""

from __future__ import annotations

import dataclasses
import errno
import functools
import os
import pwd
import shutil
import struct
import subprocess
from collections.abc import Sequence
from pathlib import Path

from onecard.kernel.postgres_problem import PostgresProblem

SERVICE_USER = "onecard"
_ROOT = 0
_TIMED_OUT = 124


@dataclasses.dataclass(frozen=True, slots=True)
class Account:
    """A user of this machine. `is_other` is true when root has to step down to it."""

    name: str
    uid: int
    gid: int
    is_other: bool

    def run(
        self, command: Sequence[str | Path], *, timeout_s: float, keep_open: Sequence[int] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Run a program as this account, in a session of its own, so that Ctrl-C in the terminal does not reach it.

        It sees no PG* variable of ours; `keep_open` are file descriptors that it inherits. Its output is text, both streams
        together.
        """
        groups: list[str | int] | None = [] if self.is_other else None
        arguments = [str(part) for part in command]
        try:
            return subprocess.run(
                arguments,
                user=self.uid if self.is_other else None,
                group=self.gid if self.is_other else None,
                extra_groups=groups,
                cwd="/",
                env=_plain_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                umask=0o077,
                timeout=timeout_s,
                pass_fds=keep_open,
                start_new_session=True,
                check=False,
            )
        except subprocess.TimeoutExpired:
            said = f"{arguments[0]} had not ended after {timeout_s:g} s and was stopped"
            return subprocess.CompletedProcess(arguments, _TIMED_OUT, stdout=said)

    def make_folder(self, folder: Path) -> None:
        """Make `folder` for this account alone (0700) unless it is there; what is there must be a folder and its own."""
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            pass
        else:
            os.chown(folder, self.uid, self.gid, follow_symlinks=False)
        refuse_foreign(folder, uid=self.uid)


def refuse_foreign(folder: Path, *, uid: int) -> None:
    """PostgresProblem unless `folder` is a real folder of user `uid`; its mode becomes 0700 if it is wider."""
    found = folder.lstat()
    if not folder.is_dir() or folder.is_symlink() or found.st_uid != uid:
        raise PostgresProblem(
            f"this should be a folder of user {uid}, but it is not (owner {found.st_uid})",
            where=folder,
            do="move it away, or give it to that user; or let ONECARD_VAR name another folder",
        )
    if found.st_mode & 0o077:
        folder.chmod(0o700)


def _plain_environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def account_for(data_dir: Path) -> Account:
    """The account that runs the server of `data_dir`: the data's owner for root, else ourselves.

    Raises PostgresProblem when the data belongs to somebody else, or to root, or when no user can be made.
    """
    owner = _owner_of(data_dir)
    if os.geteuid() != _ROOT:
        return _ourselves(data_dir, owner=owner)
    if owner == _ROOT and any(data_dir.iterdir()):
        raise PostgresProblem(
            "the data folder belongs to root, and PostgreSQL refuses to run as root",
            where=data_dir,
            do=f"if root took it by mistake, give it back: chown -R {SERVICE_USER} '{data_dir}'",
        )
    return _account(_named(owner) if owner else _service_user(data_dir))


def _owner_of(data_dir: Path) -> int | None:
    try:
        return data_dir.stat().st_uid
    except FileNotFoundError:
        return None
    except PermissionError as error:
        raise PostgresProblem(
            "this user may not look into the database's folder",
            where=data_dir,
            do="run the command as the user who started the database, or let ONECARD_VAR name a folder of your own",
        ) from error


def _ourselves(data_dir: Path, *, owner: int | None) -> Account:
    if owner not in (None, os.geteuid()):
        raise PostgresProblem(
            f"the database belongs to another user (number {owner})",
            where=data_dir,
            do="run the command as that user or as root, or let ONECARD_VAR name a folder of your own",
        )
    return _account(_named(os.geteuid()))


def _named(uid: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(uid)
    except KeyError as error:
        raise PostgresProblem(
            f"user number {uid} has no name on this machine, and PostgreSQL needs one",
            where=Path("/etc/passwd"),
            do="add the user there, or run the container as a user that it knows",
        ) from error


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, is_other=entry.pw_uid != os.geteuid())


def _service_user(data_dir: Path) -> pwd.struct_passwd:
    output = "" if _user_exists(SERVICE_USER) else _make_service_user()
    try:
        return pwd.getpwnam(SERVICE_USER)
    except KeyError as error:
        raise PostgresProblem(
            f"PostgreSQL refuses to run as root, and the user {SERVICE_USER} could not be made: {output}",
            where=data_dir,
            do=f"make a system user {SERVICE_USER}, or run the command as an ordinary user",
        ) from error


def _make_service_user() -> str:
    """Make the user; what useradd said, which is nothing when it went well. Two at once: the second finds it made."""
    program = shutil.which("useradd") or "/usr/sbin/useradd"
    options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
    try:
        made = subprocess.run([program, *options, SERVICE_USER], capture_output=True, text=True, check=False)
    except OSError as error:
        return str(error)
    return made.stderr.strip()


def _user_exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def let_pass(account: Account, *, to: Path, ours: Path | None = None) -> None:
    """Give the account the right to pass through every folder above `to`, where it hasn't it; nothing when that's ourselves.

    Where the file system keeps no access-control lists, `ours`, a folder of our own making, is opened to all for passage
    (`o+x`); any other folder is left alone and PostgresProblem says what to do.
    """
    if not account.is_other:
        return
    for folder in reversed(to.resolve().parents):
        if not _may_pass(folder, account=account):
            _grant_passage(folder, account=account, is_ours=folder == ours)


def _may_pass(folder: Path, *, account: Account) -> bool:
    return account.run(["test", "-x", folder], timeout_s=10).returncode == 0


def _grant_passage(folder: Path, *, account: Account, is_ours: bool) -> None:
    mode = folder.stat().st_mode & 0o7777
    try:
        entries = _read_acl(folder, mode=mode)
        entries[_USER, account.uid] = entries.get((_USER, account.uid), 0) | _PASS
        entries[_MASK, _NO_ID] = entries.get((_MASK, _NO_ID), mode >> 3 & 7) | _PASS
        os.setxattr(folder, _ACL, _packed_acl(entries))
    except (OSError, AttributeError) as error:
        if is_ours:
            folder.chmod(mode | 0o001)
            return
        raise PostgresProblem(
            f"the user {account.name}, under which PostgreSQL runs, may not pass through this folder",
            where=folder,
            do=f"chmod o+x '{folder}', or let ONECARD_VAR name a folder such as /var/lib/onecard",
        ) from error


# An ACL as the kernel keeps it (linux/posix_acl_xattr.h): version 2, then (tag, permissions, id) in ascending order.
_ACL = "system.posix_acl_access"
_VERSION = struct.Struct("<I")
_ENTRY = struct.Struct("<HHI")
_USER_OBJ, _USER, _GROUP_OBJ, _MASK, _OTHER = 0x01, 0x02, 0x04, 0x10, 0x20
_NO_ID = 0xFFFFFFFF
_PASS = 1


def _read_acl(folder: Path, *, mode: int) -> dict[tuple[int, int], int]:
    try:
        raw = os.getxattr(folder, _ACL)
    except OSError as error:
        if error.errno != errno.ENODATA:
            raise
        owner, group, other = mode >> 6 & 7, mode >> 3 & 7, mode & 7
        return {(_USER_OBJ, _NO_ID): owner, (_GROUP_OBJ, _NO_ID): group, (_OTHER, _NO_ID): other}
    return {(tag, number): rights for tag, rights, number in _ENTRY.iter_unpack(raw[_VERSION.size :])}


def _packed_acl(entries: dict[tuple[int, int], int]) -> bytes:
    packed = [_ENTRY.pack(tag, rights, number) for (tag, number), rights in sorted(entries.items())]
    return _VERSION.pack(2) + b"".join(packed)


@functools.cache
def let_run(account: Account, *, programs: tuple[Path, ...], trees: tuple[Path, ...]) -> None:
    """See to it that the account can run the `programs` of the software under `trees`, opening only what is closed.

    An installation by root with umask 077 leaves files that nobody else may read; the software is no secret.
    """
    if not account.is_other:
        return
    for tree in trees:
        let_pass(account, to=tree)
    if _refusal(account, programs=programs) is None:
        return
    for path in (path for tree in trees for path in (tree, *tree.rglob("*")) if not path.is_symlink()):
        mode = path.stat().st_mode
        path.chmod(mode | 0o444 | (0o111 if mode & 0o100 else 0))
    if refusal := _refusal(account, programs=programs):
        raise PostgresProblem(
            f"the user {account.name} cannot run PostgreSQL: {refusal}",
            where=trees[0],
            do="look at the permissions of the virtual environment (and whether its file system is mounted noexec)",
        )


def _refusal(account: Account, *, programs: tuple[Path, ...]) -> str | None:
    """What goes wrong when the account runs the first of the programs that it cannot run; None when it can run all."""
    for program in programs:
        try:
            tried = account.run([program, "--version"], timeout_s=30)
        except OSError as error:
            return str(error)
        if tried.returncode:
            return tried.stdout.strip() or f"{program} ended at once"
    return None
