"""The OpenAPI 3.1 file of protocol v1, made from the endpoints and their message structs.

`python -m onecard.gateway.openapi` writes it (make openapi); a test compares it with the one in the repository.
"""

from __future__ import annotations

import inspect
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from onecard.gateway.endpoints import Endpoint

FILE = Path(__file__).parents[2] / "docs" / "terminal-protocol.openapi.json"
REF = "#/components/schemas/{name}"
ABOUT = """The centre's front end for terminals (前置机). docs/terminal-protocol.md says how a terminal uses it: enrolment, \
sessions, MACs, what to do when an answer is lost. Everything that is not 200 carries a Refusal."""
ANYWHERE = ("BAD_METHOD", "TOO_MANY", "BROKEN", "BUSY")
WITH_BODY = ("BAD_JSON", "TOO_SLOW", "TOO_LARGE", "NOT_JSON", "INVALID")
OWN = {
    "/v1/enrol": ("BAD_CODE",),
    "/v1/session": ("BAD_SIGNATURE",),
    "/v1/roll": ("BAD_SIGNATURE",),
    "/v1/purchases": ("BAD_MAC",),
    "/v1/reversals": ("BAD_MAC",),
    "/v1/parameters/applied": ("CONFLICT",),
    "/v1/blacklist": ("CONFLICT",),
    "/v1/allowances": ("CONFLICT",),
}
"""Refusals that one address has beside those of its kind."""


def document() -> dict[str, Any]:
    """The whole file as JSON knows it."""
    from onecard.gateway.endpoints import ENDPOINTS
    from onecard.gateway.messages import Refusal

    messages: list[Any] = [Refusal]
    for endpoint in ENDPOINTS:
        messages += [endpoint.written or endpoint.request, endpoint.answer]
    _, components = msgspec.json.schema_components(messages, ref_template=REF)
    paths: dict[str, Any] = {}
    for endpoint in ENDPOINTS:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, components)
    queries = {endpoint.request.__name__ for endpoint in ENDPOINTS if endpoint.method == "GET"}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Onecard terminal protocol", "version": "1", "description": ABOUT, "license": {"name": "Apache-2.0"}},
        "servers": [{"url": "http://127.0.0.1:8001", "description": "onecard up"}],
        "paths": paths,
        "components": {
            "schemas": {name: schema for name, schema in components.items() if name not in queries},
            "securitySchemes": {"session": {"type": "http", "scheme": "bearer", "description": "The token of POST /v1/session."}},
        },
    }


def _operation(endpoint: Endpoint, components: dict[str, Any]) -> dict[str, Any]:
    request = endpoint.written or endpoint.request
    operation: dict[str, Any] = {
        "operationId": endpoint.path.removeprefix("/v1/").replace("/", "_").replace("-", "_"),
        "summary": _first_line(endpoint.request),
        "security": [{"session": []}] if endpoint.needs_session else [],
        "responses": {"200": _answer(endpoint.answer), **_refusals(endpoint)},
    }
    if endpoint.method == "GET":
        operation["parameters"] = _parameters(components[request.__name__])
    else:
        operation["requestBody"] = {"required": True, "content": _json(request)}
    return operation


def _first_line(message: type[msgspec.Struct]) -> str:
    return inspect.getdoc(message).partition("\n")[0] if message.__doc__ else message.__name__  # type: ignore[union-attr]


def _json(message: type[msgspec.Struct]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": REF.format(name=message.__name__)}}}


def _answer(message: type[msgspec.Struct]) -> dict[str, Any]:
    return {"description": _first_line(message), "content": _json(message)}


def _parameters(schema: dict[str, Any]) -> list[dict[str, Any]]:
    required = schema.get("required", ())
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _without_null(field)}
        for name, field in schema["properties"].items()
    ]


def _without_null(field: dict[str, Any]) -> dict[str, Any]:
    """A query string has no null: leaving out is how a parameter is absent."""
    kinds = [kind for kind in field.get("anyOf", ()) if kind.get("type") != "null"]
    return kinds[0] if kinds else {name: value for name, value in field.items() if name != "default" or value is not None}


def _refusals(endpoint: Endpoint) -> dict[str, Any]:
    from onecard.gateway.messages import Refusal
    from onecard.gateway.refusals import REFUSALS

    codes = [*ANYWHERE, *OWN.get(endpoint.path, ())]
    codes += WITH_BODY if endpoint.method == "POST" else ("INVALID",)
    codes += ("BAD_TOKEN",) if endpoint.needs_session else ()
    by_status: dict[int, list[str]] = {}
    for code in sorted(codes):
        by_status.setdefault(REFUSALS[code][0], []).append(f"`{code}`: {REFUSALS[code][1]}")
    found = {str(status): {"description": "\n".join(texts), "content": _json(Refusal)} for status, texts in by_status.items()}
    for status in ("429", "503"):
        found[status]["headers"] = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
    return dict(sorted(found.items()))


def text() -> str:
    """The file's text."""
    return json.dumps(document(), ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """Write the file."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onecard.settings")
    import django

    django.setup()
    FILE.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
