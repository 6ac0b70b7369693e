"""The Chinese catalogues, one a room: read `django.po`, compile `django.mo` beside it without gettext's tools, find strings.

A text that several rooms show stands in one catalogue, that of the lowest of them. `python -m onecard.kernel.messages` compiles.
The .mo files are kept in the repository, and a test says when one is not that of its .po.
"""

from __future__ import annotations

import ast
import re
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path

PACKAGE = Path(__file__).parent.parent
CATALOGUE = Path("locale", "zh_Hans", "LC_MESSAGES", "django.po")
"""Where a room's catalogue lies in its folder."""
MAGIC = 0x950412DE
_LINE = re.compile(r'^(msgctxt|msgid|msgid_plural|msgstr(?:\[\d+\])?)?\s*("(?:[^"\\]|\\.)*")$')
_CALLS = frozenset({"_", "_now", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"})
_TEMPLATE_CALL = re.compile(r"""\bn?gettext\(u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""")


def catalogues() -> list[Path]:
    """Every room's catalogue."""
    return sorted(PACKAGE.glob(f"*/{CATALOGUE.as_posix()}"))


def read(path: Path) -> dict[str, str]:
    """A catalogue: text by msgid (of a plural: of its singular); the header stands under the empty msgid."""
    return {msgid.partition("\0")[0]: text for msgid, text in _entries(path)}


def _entries(path: Path) -> Iterator[tuple[str, str]]:
    """(msgid, or singular NUL plural; text) of each entry. ValueError names a line that is none of a catalogue."""
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")):
        parts: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            if not line or line.startswith("#"):
                continue
            found = _LINE.match(line)
            if found is None:
                raise ValueError(f"{path}: {line!r} is no line of a catalogue")
            name = found[1] or name
            parts[name] = parts.get(name, "") + str(ast.literal_eval(found[2]))
        if parts:
            plural = f"\0{parts['msgid_plural']}" if "msgid_plural" in parts else ""
            yield parts["msgid"] + plural, parts.get("msgstr", parts.get("msgstr[0]", ""))


def compiled(path: Path) -> bytes:
    """The .mo of the catalogue: entries with a text, sorted; the same bytes for the same catalogue."""
    pairs = sorted((key.encode(), text.encode()) for key, text in _entries(path) if text)
    keys, texts = [key for key, _ in pairs], [text for _, text in pairs]
    tables = 7 * 4 + 2 * 8 * len(pairs)
    key_table, after_keys = _table(keys, start=tables)
    text_table, _end = _table(texts, start=after_keys)
    header = struct.pack("<7I", MAGIC, 0, len(pairs), 7 * 4, 7 * 4 + 8 * len(pairs), 0, 0)
    return header + key_table + text_table + b"".join(text + b"\0" for text in [*keys, *texts])


def _table(texts: Iterable[bytes], *, start: int) -> tuple[bytes, int]:
    table = b""
    for text in texts:
        table += struct.pack("<2I", len(text), start)
        start += len(text) + 1
    return table, start


def used_in(folder: Path) -> set[str]:
    """Every string that code and templates under the folder hand to gettext; of a plural its singular."""
    return set().union(*(used_in_file(path) for path in sources(folder)))


def sources(folder: Path) -> Iterator[Path]:
    """The files under the folder that can show text: code but tests and migrations, and templates."""
    for path in folder.rglob("*.py"):
        if not {"tests", "migrations"} & set(path.relative_to(folder).parts):
            yield path
    yield from folder.rglob("templates/**/*.*")


def used_in_file(path: Path) -> set[str]:
    """The strings that one file of code, or one template, hands to gettext."""
    from django.utils.translation.template import templatize

    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return _strings(ast.parse(text))
    return {str(ast.literal_eval(literal)) for literal in _TEMPLATE_CALL.findall(templatize(text, origin=str(path)))}


def _strings(tree: ast.AST) -> set[str]:
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args)
    named = (node for node in calls if getattr(node.func, "id", getattr(node.func, "attr", "")) in _CALLS)
    first = (node.args[0] for node in named)
    return {node.value for node in first if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def main() -> None:
    """Compile every catalogue."""
    for path in catalogues():
        path.with_suffix(".mo").write_bytes(compiled(path))


if __name__ == "__main__":
    main()
