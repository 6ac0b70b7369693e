"""Loaded first (`-p tests.environment`): tests keep their own server and keys, apart from the installation's."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
os.environ.setdefault("ONECARD_VAR", str(ROOT / "var" / "test"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onecard.settings")
# Most tests are not about the second factor; those of access ask for it themselves.
os.environ.setdefault("ONECARD_SECOND_FACTOR", "offered")
# Browser tests hold an event loop in the main thread while the ORM is used beside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
# A temporary folder for each checkout: pytest closes that of a user to everybody else, also to PostgreSQL's own user, each time
# that another session of it starts.
TEMPORARY = Path(tempfile.gettempdir()) / f"onecard-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]}"
TEMPORARY.mkdir(exist_ok=True)
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(TEMPORARY))
