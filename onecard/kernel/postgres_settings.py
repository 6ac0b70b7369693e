"""The embedded server's settings, by the machine's memory and disk. Rewritten at each start; a site's own go to `site.conf`.

Money depends on fsync, synchronous_commit and full_page_writes: they are on, and are stated so that nobody has to guess.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

MEBIBYTE = 1024 * 1024
SITE_FILE = "site.conf"
MOST_CONNECTIONS = 200
_CGROUP_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
_LEAST_SHARED_MEMORY_MB = 512

HEADER = f"""\
# Written by onecard at each start of the server: changes here are lost.
# A site's own settings go to `{SITE_FILE}` in this folder, which is read last and never touched.
# (The postgresql.conf inside the data folder is initdb's and is not read.)
"""


def memory_mb() -> int:
    """Memory that this machine or its container may use, in MiB."""
    bytes_there = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    limits = [bytes_there, *(limit for name in _CGROUP_LIMITS if (limit := _number_in(Path(name))))]
    return min(limits) // MEBIBYTE


def _number_in(path: Path) -> int | None:
    try:
        content = path.read_text().strip()
    except OSError:
        return None
    return int(content) if content.isdigit() else None


def _clamp(value: int, *, least: int, most: int) -> int:
    return max(least, min(value, most))


def sized(*, memory_mb: int, disk_mb: int) -> dict[str, str]:
    """The settings that depend on the machine: `memory_mb` it has, `disk_mb` the size of the data's file system."""
    max_wal = _clamp(disk_mb // 10, least=256, most=4096)
    return {
        "shared_buffers": f"{_clamp(memory_mb // 4, least=128, most=4096)}MB",
        "effective_cache_size": f"{max(256, memory_mb * 6 // 10)}MB",
        "maintenance_work_mem": f"{_clamp(memory_mb // 16, least=64, most=1024)}MB",
        "work_mem": f"{_clamp(memory_mb // 128, least=4, most=32)}MB",
        "max_wal_size": f"{max_wal}MB",
        "min_wal_size": f"{max_wal // 4}MB",
    }


FIXED = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": str(MOST_CONNECTIONS),
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "checkpoint_timeout": "15min",
    "checkpoint_completion_target": "0.9",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "logging_collector": "on",
    "log_filename": "postgres-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_line_prefix": "%m [%p] %q%u@%d/%a ",
    "log_lock_waits": "on",
    "log_checkpoints": "on",
    "log_temp_files": "64MB",
    "cluster_name": "onecard",
}
"""The settings that are the same everywhere: a socket and no network, durable, a week of logs."""


def small_shared_memory() -> bool:
    """Whether /dev/shm is too small for parallel queries, as in a container with Docker's 64 MB."""
    try:
        usage = os.statvfs("/dev/shm")
    except OSError:
        return False
    return usage.f_blocks * usage.f_frsize < _LEAST_SHARED_MEMORY_MB * MEBIBYTE


def configuration(folder: Path, *, data_dir: Path, socket_dir: Path, log: Path, build: str) -> str:
    """The text of the server's configuration file in `folder`; `build` is what `pg_config --configure` prints."""
    usage = os.statvfs(data_dir)
    settings = {
        "data_directory": str(data_dir),
        "hba_file": str(folder / "pg_hba.conf"),
        "ident_file": str(folder / "pg_ident.conf"),
        "unix_socket_directories": f'"{socket_dir}"',
        "log_directory": str(log),
        **sized(memory_mb=memory_mb(), disk_mb=usage.f_blocks * usage.f_frsize // MEBIBYTE),
        **FIXED,
        "wal_compression": "lz4" if "--with-lz4" in build else "off",
    }
    if small_shared_memory():
        settings["dynamic_shared_memory_type"] = "mmap"
    lines = [f"{name} = {_quoted(value)}" for name, value in settings.items()]
    return "\n".join([HEADER, *lines, f"include_if_exists = {_quoted(SITE_FILE)}", ""])


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


HOST_RULES = """\
# Written by onecard at each start of the server. Nobody comes in by network; by socket, the kernel names the caller's
# account and pg_ident.conf says which accounts may. A site that wants more names its own hba_file in site.conf.
local all all peer map=onecard
"""


def account_map(accounts: Iterable[str]) -> str:
    """The text of pg_ident.conf: these accounts of the machine may take any role of the database, nobody else may any."""
    lines = [f'onecard "{account}" all' for account in sorted(set(accounts))]
    return "\n".join(["# Written by onecard at each start of the server.", *lines, ""])
