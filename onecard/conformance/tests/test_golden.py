"""The golden files are what the gateway answers now, and the document's own examples agree with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from onecard.conformance import golden
from onecard.conformance.device import record_of
from onecard.gateway.refusals import REFUSALS
from onecard.ledger.actions.open_accounts import open_centre_accounts
from onecard.terminals.rules import has_valid_mac

DOCUMENT = golden.FOLDER.parent / "terminal-protocol.md"


def test_the_files_are_what_the_gateway_answers(own_database: str, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock():
        open_centre_accounts()
        texts = golden.files()
    there = {str(path.relative_to(golden.FOLDER)) for path in golden.FOLDER.rglob("*.json")}
    assert there == set(texts), "run make golden"
    changed = [name for name, text in texts.items() if (golden.FOLDER / name).read_text(encoding="utf-8") != text]
    assert changed == [], "run make golden"


def read(name: str) -> Any:
    return json.loads((golden.FOLDER / name).read_text(encoding="utf-8"))


def conversations() -> list[Path]:
    return sorted(path for path in golden.FOLDER.rglob("*.json") if path.parent.name != "vectors")


@pytest.mark.parametrize("path", conversations(), ids=lambda path: path.stem)
def test_macs_can_be_computed_again_from_the_keys_in_the_file(path: Path) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    keys = {one["token"]: bytes.fromhex(one["record_key"]) for one in content["terminals"]}
    assert content["exchanges"]
    for exchange in content["exchanges"]:
        key = keys.get(exchange["request"]["headers"].get("authorization", "").removeprefix("Bearer "))
        for purchase, result in zip(*purchases_of(exchange), strict=False):
            if key is not None and result["outcome"] == "APPROVED":
                assert has_valid_mac(record_of(purchase), key=key)


def purchases_of(exchange: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    body = exchange["request"].get("body") or {}
    return (body.get("purchases") or [], exchange["answer"]["body"].get("results") or [])


def test_the_documents_record_is_the_first_vector() -> None:
    first = read("vectors/record-macs.json")["records"][0]
    assert first["mac"] in DOCUMENT.read_text(encoding="utf-8")


def test_every_refusal_has_a_vector_and_stands_in_the_document() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    found = {one["body"]["error"]["code"]: one["status"] for one in read("vectors/refusals.json")["refusals"]}
    assert found == {code: status for code, (status, _message) in REFUSALS.items()}
    assert [code for code, status in found.items() if f"| {status} | `{code}` |" not in text] == []
