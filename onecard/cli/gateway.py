"""`onecard gateway`: the front end for terminals (前置机)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from onecard.cli import console

HEADER_TIMEOUT = 10_000
STOP_TIMEOUT_S = 20


def gateway(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port for terminals.", min=1, max=65_535)] = 8001,
    workers: Annotated[int, typer.Option(help="Processes that share the port.", min=1, max=64)] = 1,
    certificate: Annotated[Path | None, typer.Option(help="TLS certificate (PEM); terminals outside need it.")] = None,
    key: Annotated[Path | None, typer.Option(help="The certificate's key (PEM).")] = None,
) -> None:
    """Serve terminals until Ctrl-C. Run as many as you like against one database."""
    from onecard.cli.ready import database_ready

    database_ready()
    if (certificate is None) != (key is None):
        raise ValueError("--certificate and --key go together")
    serve_gateway(host=host, port=port, workers=workers, certificate=certificate, key=key)


def serve_gateway(*, host: str, port: int, workers: int = 1, certificate: Path | None = None, key: Path | None = None) -> None:
    """Serve with granian until it is told to stop; RuntimeError when the port is taken."""
    from granian.constants import HTTPModes, Interfaces, Loops
    from granian.http import HTTP1Settings
    from granian.server import Server

    from onecard.cli.web import refuse_taken_port

    refuse_taken_port(host, port, option="--port")
    scheme = "http" if certificate is None else "https"
    console.print(f"Terminals: {scheme}://{host}:{port}/v1  (stop with Ctrl-C)", highlight=False)
    console.print(f"Browser POS: {scheme}://{host}:{port}/pos/", highlight=False)
    Server(
        "onecard.gateway.asgi:application",
        address=host,
        port=port,
        workers=workers,
        interface=Interfaces.ASGI,
        loop=Loops.auto,
        http=HTTPModes.http1,  # while it waits to see which of the two it is, nothing cuts off who says nothing
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_TIMEOUT),
        workers_kill_timeout=STOP_TIMEOUT_S,
        respawn_failed_workers=True,
        ssl_cert=certificate,
        ssl_key=key,
        log_access=False,
    ).serve()
