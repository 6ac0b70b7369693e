"""The browser's point of sale: static files below /pos/, read once (gateway/pos/)."""

from __future__ import annotations

import dataclasses
import functools
from pathlib import Path

FOLDER = Path(__file__).parent / "pos_page"
TYPES = {
    ".html": b"text/html; charset=utf-8",
    ".js": b"text/javascript; charset=utf-8",
    ".css": b"text/css; charset=utf-8",
    ".svg": b"image/svg+xml",
    ".webmanifest": b"application/manifest+json",
}
POLICY = b"default-src 'self'; img-src 'self' data: blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
HEADERS = (
    (b"content-security-policy", POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-cache"),
)


@dataclasses.dataclass(frozen=True, slots=True)
class PosFile:
    """A file as it is sent."""

    content: bytes
    content_type: bytes
    headers: tuple[tuple[bytes, bytes], ...] = HEADERS


@functools.cache
def _files() -> dict[str, PosFile]:
    found = {
        f"/pos/{path.name}": PosFile(path.read_bytes(), TYPES[path.suffix])
        for path in sorted(FOLDER.glob("*"))
        if path.suffix in TYPES
    }
    if "/pos/index.html" in found:
        found["/pos/"] = found["/pos"] = found["/pos/index.html"]
    return found


def pos_file(path: str) -> PosFile | None:
    """The file at this address; None when there is none."""
    return _files().get(path)
