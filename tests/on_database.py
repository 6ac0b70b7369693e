"""Run an `onecard` command in a process of its own on one of the tests' databases: python -m tests.on_database NAME COMMAND …"""

from __future__ import annotations

import importlib
import sys

import tests.environment  # noqa: F401 - the tests' own var folder


def main() -> None:
    """Point both aliases at the database and run the command."""
    import django

    django.setup()
    from onecard.cli import main as onecard
    from tests.databases import point_at

    importlib.import_module("onecard.papers.tests.samples")  # the kinds of the tests' own papers
    point_at(sys.argv[1])
    sys.argv = ["onecard", *sys.argv[2:]]
    onecard()


if __name__ == "__main__":
    main()
