"""Which kinds of paper there are: each room declares its own in its `papers.py`, and a kind's name says where that is."""

from __future__ import annotations

import importlib

from onecard.papers.types import PaperKind

_declared: dict[str, PaperKind] = {}


def declare(kind: PaperKind) -> PaperKind:
    """Make the kind known. ValueError when another one has its name or its prefix."""
    others = [one for one in _declared.values() if one.name == kind.name or one.prefix == kind.prefix]
    if others and others != [kind]:
        raise ValueError(f"{kind.name} ({kind.prefix}): the name or the prefix is taken by {others[0].name}")
    _declared[kind.name] = kind
    return kind


def kind_of(name: str) -> PaperKind:
    """The kind `room.kind`, declared in `onecard/<room>/papers.py`; KeyError when there is none."""
    if name not in _declared:
        try:
            importlib.import_module(f"onecard.{name.partition('.')[0]}.papers")
        except ModuleNotFoundError as error:
            raise KeyError(name) from error
    return _declared[name]
