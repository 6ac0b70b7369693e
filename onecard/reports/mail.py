"""Send a mail through the site's server, with apprise. A failed sending is a result, never an exception."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

import apprise

from onecard.kernel import env

SETTING = "ONECARD_MAIL_URL"
MOST_OF_A_PROBLEM = 500


def has_server() -> bool:
    """Whether the site names a mail server."""
    return bool(env.text(SETTING))


def _log() -> Any:
    return apprise.LogCapture(level=logging.DEBUG, fmt="%(levelname)s %(message)s")  # type: ignore[no-untyped-call]


def send_mail(*, to: str, title: str, body: str, attachment: bytes, name: str) -> str:
    """Send the mail with one attachment; empty when the server took it, else what it said."""
    url = env.text(SETTING)
    server = apprise.Apprise()
    if not server.add(f"{url}{'&' if '?' in url else '?'}to={quote(to)}&format=text"):
        return f"{SETTING} is no mail address that apprise understands"
    with tempfile.TemporaryDirectory() as folder, _log() as said:
        path = Path(folder) / name
        path.write_bytes(attachment)
        taken = server.notify(title=title, body=body, attach=str(path))
        lines = said.getvalue().splitlines()
    return "" if taken else _problem(lines)


def _problem(lines: list[str]) -> str:
    """What went wrong, out of all that apprise said; the server's own words are among its remarks for developers."""
    told = [line.removeprefix("WARNING ").removeprefix("DEBUG ") for line in lines if "WARNING" in line or "Exception" in line]
    return (" ".join(" ".join(told).split()) or "the mail server did not take it")[:MOST_OF_A_PROBLEM]
