"""pgbench's TPC-B on the same server: the yardstick for online purchases."""

from __future__ import annotations

import os
import re
import subprocess
from typing import Any

from bench.copying import owner
from onecard.kernel import postgres

SCALE = 20


def _pgbench(*arguments: str) -> str:
    entry: dict[str, Any] = owner()
    environment = {
        **os.environ,
        "PGHOST": str(entry["host"] or ""),
        "PGPORT": str(entry["port"]),
        "PGUSER": entry["user"],
        "PGPASSWORD": entry["password"] or "",
        "PGDATABASE": entry["dbname"],
    }
    command = [str(postgres.binary("pgbench")), *arguments]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return done.stdout


def prepare() -> None:
    """Make pgbench's tables (pgbench_*) beside the campus."""
    _pgbench("-q", "-i", "-s", str(SCALE))


def rate(*, seconds: int) -> float:
    """Transactions a second of `pgbench -M prepared -c 8 -j 2`."""
    output = _pgbench("-M", "prepared", "-c", "8", "-j", "2", "-T", str(seconds), "-n")
    found = re.search(r"tps = ([\d.]+)", output)
    if found is None:
        raise RuntimeError(f"pgbench said nothing of its rate: {output[:500]}")
    return float(found[1])
