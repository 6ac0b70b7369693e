"""The project's own files, for tests of the code itself."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
MONEY_ROOMS = ("ledger", "purchases", "funding", "rollups", "closing", "months")


def tracked(*suffixes: str) -> list[Path]:
    """Files that git tracks or would add, with these endings; all of them without."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, check=True, capture_output=True).stdout.decode().split("\0")
    found = [ROOT / name for name in listed if name]
    return [path for path in found if path.is_file() and (not suffixes or path.suffix in suffixes)]


def python_files() -> list[Path]:
    """Python files of package, tests and benchmarks, without migrations."""
    return [path for path in tracked(".py") if "migrations" not in path.parts]


def is_test(path: Path) -> bool:
    """Whether the file belongs to tests."""
    return "tests" in path.relative_to(ROOT).parts or path.name == "conftest.py"
