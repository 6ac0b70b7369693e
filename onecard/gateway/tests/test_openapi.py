"""The OpenAPI file in the repository is the one that the messages make, and requests made from it never break the gateway."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from onecard.gateway import openapi
from onecard.gateway.endpoints import ENDPOINTS
from onecard.gateway.tests.conftest import Device, Door, Response

EXAMPLES = int(os.environ.get("ONECARD_EXAMPLES", "40"))
OPERATIONS = [(endpoint.path, endpoint.method) for endpoint in ENDPOINTS]
SCHEMA = schemathesis.openapi.from_dict(openapi.document())


def test_the_file_is_that_of_the_messages() -> None:
    assert openapi.FILE.read_text(encoding="utf-8") == openapi.text(), "run make openapi"


def test_every_status_that_the_gateway_may_answer_is_named() -> None:
    for endpoint in ENDPOINTS:
        answers = openapi.document()["paths"][endpoint.path][endpoint.method.lower()]["responses"]
        assert {"200", "405", "429", "500", "503"} <= set(answers)
        assert ("401" in answers) >= endpoint.needs_session


@pytest.mark.parametrize("is_known", [True, False], ids=["in a session", "a stranger"])
@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=str)
def test_no_request_breaks_the_gateway(door: Door, device: Device, *, path: str, method: str, is_known: bool) -> None:
    operation = SCHEMA[path][method]
    documented = openapi.document()["paths"][path][method.lower()]["responses"]
    right_and_wrong = st.one_of(
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    )

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(case=right_and_wrong)
    def one(case: Any) -> None:
        if device.call("/v1/missing", method="GET").status == 401:
            device.open()  # a roll that happened to be right ended the session
        answer = _sent(door, case, token=device.token if is_known else None)
        assert answer.status < 500, answer.body
        assert str(answer.status) in documented, answer.body

    one()


def _sent(door: Door, case: Any, *, token: str | None) -> Response:
    prepared = case.as_transport_kwargs(base_url="http://gateway")
    query = "&".join(f"{name}={value}" for name, value in (prepared.get("params") or {}).items())
    raw = prepared.get("data")
    body = raw if isinstance(raw, bytes) else json.dumps(prepared.get("json")).encode()
    printable = query.encode("ascii", "backslashreplace").decode()
    return door(case.operation.path, token=token, method=case.operation.method.upper(), raw=body, query=printable)
