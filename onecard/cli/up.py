"""`onecard up`: everything that a small campus runs, on one machine."""

from __future__ import annotations

import os
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated

import typer

from onecard.cli import console, django_ready

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def up(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port of the staff pages.", min=1, max=65_535)] = 8000,
    gateway_port: Annotated[int, typer.Option(help="Port for terminals.", min=1, max=65_535)] = 8001,
    workers: Annotated[int, typer.Option(help="Web processes.", min=1, max=64)] = 1,
    gateways: Annotated[int, typer.Option(help="Gateway processes.", min=1, max=64)] = 2,
) -> None:
    """Install or upgrade, then serve staff pages and terminals until Ctrl-C; a process that dies is started again."""
    django_ready()
    from onecard.installation import install

    with console.status("Installing …"):
        install()
    say_who_is_missing()
    serve_all(host=host, port=port, gateway_port=gateway_port, workers=workers, gateways=gateways)


def say_who_is_missing() -> None:
    """Say how to create the administrators where there are none."""
    from onecard.access.queries import vacant_posts
    from onecard.access.types import SEPARATED_POSTS

    if len(vacant_posts(SEPARATED_POSTS)) == len(SEPARATED_POSTS):
        console.print("Nobody can log in yet: create the administrators with  onecard operator begin", highlight=False)


def serve_all(
    *,
    host: str,
    port: int,
    gateway_port: int,
    workers: int = 1,
    gateways: int = 2,
    more: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> None:
    """Run web and gateway, and `more` commands by name, side by side until Ctrl-C; RuntimeError when a port is taken."""
    from onecard.cli.processes import Processes
    from onecard.cli.web import refuse_taken_port

    os.environ.setdefault("ONECARD_GATEWAY_ADDRESS", f"http://{host}:{gateway_port}")  # for the links of the pages
    refuse_taken_port(host, port, option="--port")
    refuse_taken_port(host, gateway_port, option="--gateway-port")
    Processes(
        {
            "web": ["web", "--host", host, "--port", str(port), "--workers", str(workers)],
            "gateway": ["gateway", "--host", host, "--port", str(gateway_port), "--workers", str(gateways)],
            **more,
        }
    ).run()
