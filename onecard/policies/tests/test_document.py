"""docs/policies.md lists every policy as the catalogue has it."""

from __future__ import annotations

from pathlib import Path

from onecard.policies.catalogue import GROUPS, POLICIES
from onecard.policies.presenting import bounds_text, value_text
from onecard.policies.previews import has_preview
from onecard.policies.types import Policy

DOCUMENT = Path(__file__).parents[3] / "docs" / "policies.md"


def row_of(policy: Policy) -> str:
    effect = "yes" if has_preview(policy.name) else ""
    cells = (
        f"`{policy.name}`",
        str(policy.line),
        value_text(policy, policy.default),
        bounds_text(policy) or "",
        ", ".join(policy.clauses),
        "yes" if policy.moves_money else "",
        effect,
    )
    return f"| {' | '.join(cells)} |".replace("|  |", "| |").replace("|  |", "| |")


def test_the_document_lists_the_catalogue() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    wanted = {group: [row_of(one) for one in POLICIES.values() if one.group == group] for group in GROUPS}
    sections = dict(part.split("\n", 1) for part in text.split("\n## ")[1:])
    found = {
        group: [line for line in sections[str(title)].splitlines() if line.startswith("| `")] for group, title in GROUPS.items()
    }
    assert found == wanted
