"""Loaded first (`-p tests.environment`): tests keep their own server and keys, apart from the installation's."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).parent.parent
os.environ.setdefault("ONECARD_VAR", str(ROOT / "var" / "test"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onecard.settings")
# Browser tests hold an event loop in the main thread while the ORM is used beside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
