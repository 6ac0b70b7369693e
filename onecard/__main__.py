"""`python -m onecard` is `onecard`."""

from __future__ import annotations

from onecard.cli import main

main()
