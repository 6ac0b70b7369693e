"""The gateway's own application as a wire: called in this process, as its server would call it."""

from __future__ import annotations

from typing import Any

from onecard.conformance.wire import Answer, Ask
from onecard.gateway.app import Gateway


class InProcessWire:
    """Calls a gateway application."""

    def __init__(self, app: Gateway) -> None:
        self._app = app

    async def send(self, ask: Ask) -> Answer:
        """The application's answer."""
        sent = {"host": "gateway", "content-length": str(len(ask.body)), **ask.all_headers}
        scope = {
            "type": "http",
            "method": ask.method,
            "path": ask.path,
            "query_string": ask.target.partition("?")[2].encode(),
            "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
            "client": ("127.0.0.1", 1),
        }
        messages: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": ask.body, "more_body": False}

        async def keep(message: Any) -> None:
            messages.append(message)

        await self._app(scope, receive, keep)
        start, content = messages
        return Answer(start["status"], {name.decode(): value.decode() for name, value in start["headers"]}, content["body"])

    async def stop(self) -> None:
        """As a server ends an application."""

        async def receive() -> dict[str, Any]:
            return {"type": "lifespan.shutdown"}

        async def ended(_message: Any) -> None:
            return

        await self._app({"type": "lifespan"}, receive, ended)
