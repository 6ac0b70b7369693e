"""The browser's point of sale as it is served: its own files and no others, with their headers."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import pytest

from onecard.gateway.pos_files import FOLDER, POLICY
from onecard.gateway.tests.conftest import Door


def get(door: Door, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    answer = door(path, method="GET", headers={name.replace("_", "-"): value for name, value in headers.items()})
    return answer.status, answer.headers, answer.body


def test_the_page_and_its_headers(door: Door) -> None:
    status, headers, body = get(door, "/pos/")
    assert (status, body) == (200, (FOLDER / "index.html").read_bytes())
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["content-security-policy"] == POLICY
    assert "unsafe" not in POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert get(door, "/pos")[1]["location"] == "/pos/"


def test_what_the_browser_has_is_not_sent_again(door: Door) -> None:
    _, headers, _ = get(door, "/pos/main.js")
    assert headers["cache-control"] == "no-cache"
    assert get(door, "/pos/main.js", if_none_match=headers["etag"])[0] == 304
    assert get(door, "/pos/main.js", if_none_match='"another"')[0] == 200


@pytest.mark.parametrize(
    "path", ["/pos/../app.py", "/pos//main.js", "/pos/index.html", "/pos/%2e%2e/app.py", "/pos/nothing.js", "/posx", "/pos/pos/"]
)
def test_nothing_else_is_served(door: Door, path: str) -> None:
    assert get(door, path)[0] == 404


def test_nothing_is_written(door: Door) -> None:
    answer = door("/pos/main.js", {})
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")


def test_a_release_names_every_file_with_its_digest(door: Door) -> None:
    text = get(door, "/pos/release.js")[2].decode()
    found = re.fullmatch(r"self\.RELEASE = (.*);\n", text)
    assert found
    release = json.loads(found[1])
    names = {"" if path.name == "index.html" else path.name for path in FOLDER.iterdir()}
    assert {name for name, _ in release["files"]} == names
    for name, integrity in release["files"]:
        body = get(door, f"/pos/{name}")[2]
        assert integrity == "sha256-" + base64.b64encode(hashlib.sha256(body).digest()).decode()


def test_the_page_names_only_files_that_are_served(door: Door) -> None:
    named = set(re.findall(r'(?:href|src)="([^"]+)"', (FOLDER / "index.html").read_text(encoding="utf-8")))
    for script in FOLDER.glob("*.js"):
        named |= set(re.findall(r'from "\./([^"]+)"', script.read_text(encoding="utf-8")))
    assert {name: get(door, f"/pos/{name}")[0] for name in named} == dict.fromkeys(named, 200)
