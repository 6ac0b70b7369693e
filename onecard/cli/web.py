"""`onecard web`: the staff pages alone."""

from __future__ import annotations

from typing import Annotated

import typer

from onecard.cli import console


def web(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port of the staff pages.", min=1, max=65_535)] = 8000,
    workers: Annotated[int, typer.Option(help="Processes that share the port.", min=1, max=64)] = 1,
) -> None:
    """Serve the staff pages until Ctrl-C. Run as many as you like against one database."""
    from onecard.cli.ready import database_ready

    database_ready()
    serve(host=host, port=port, workers=workers)


def serve(*, host: str, port: int, workers: int = 1) -> None:
    """Serve the staff pages with granian until Ctrl-C; RuntimeError when the port is taken."""
    from granian.constants import Interfaces
    from granian.server import Server

    refuse_taken_port(host, port, option="--port")
    console.print(f"Staff pages: http://{host}:{port}/  (stop with Ctrl-C)", highlight=False)
    Server("onecard.wsgi:application", address=host, port=port, workers=workers, interface=Interfaces.WSGI).serve()


def refuse_taken_port(host: str, port: int, *, option: str) -> None:
    """RuntimeError when nobody can listen there; granian itself would only say that a worker died."""
    import socket

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise RuntimeError(f"{host}:{port} cannot be listened on ({problem.strerror}); choose another {option}") from None
