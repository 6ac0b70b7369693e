"""The browser's point of sale (浏览器收银): the files under `pos/`, read once and served from memory, and nothing else."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

FOLDER = Path(__file__).parent / "pos"
ROOT = "/pos/"
INDEX = "index.html"
RELEASE = "release.js"
CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
"""What the page is made of; a file that ends otherwise is not served."""
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cache-control", b"no-cache"),  # ask each time whether it is still the same: the ETag answers
)
Headers = tuple[tuple[bytes, bytes], ...]


@dataclasses.dataclass(frozen=True, slots=True)
class PosFile:
    """One file as it is sent."""

    body: bytes
    content_type: str
    digest: bytes

    @property
    def etag(self) -> bytes:
        """Its content's name."""
        return b'"%s"' % self.digest.hex()[:32].encode()


@dataclasses.dataclass(frozen=True, slots=True)
class PosAnswer:
    """What to send: status, headers, body."""

    status: int
    headers: Headers
    body: bytes = b""


class PosFiles:
    """The page's files by address. `release` names all of them with their digests: the service worker takes them all or none."""

    def __init__(self) -> None:
        found = {path.name: _read(path) for path in sorted(FOLDER.iterdir()) if path.suffix in CONTENT_TYPES}
        found[""] = found.pop(INDEX)
        together = hashlib.sha256(b"".join(name.encode() + file.digest for name, file in sorted(found.items())))
        self.release = f"{version('onecard')}+{together.hexdigest()[:8]}"
        files = [[name, f"sha256-{base64.b64encode(file.digest).decode()}"] for name, file in found.items()]
        script = f"self.RELEASE = {json.dumps({'version': self.release, 'files': files})};\n"
        found[RELEASE] = _file(script.encode(), suffix=".js")
        self._files = {ROOT + name: file for name, file in found.items()}

    def answer(self, path: str, *, method: str, headers: Mapping[bytes, bytes]) -> PosAnswer | None:
        """What to answer at this address; None when there is no such file."""
        if path == ROOT.rstrip("/"):
            return PosAnswer(308, ((b"location", ROOT.encode()), (b"content-length", b"0")))
        file = self._files.get(path)
        if file is None:
            return None
        if method not in ("GET", "HEAD"):
            return PosAnswer(405, ((b"allow", b"GET, HEAD"), (b"content-length", b"0")))
        always = (*HEADERS, (b"etag", file.etag))
        if file.etag in headers.get(b"if-none-match", b""):
            return PosAnswer(304, always)
        described = ((b"content-type", file.content_type.encode()), (b"content-length", str(len(file.body)).encode()))
        return PosAnswer(200, (*described, *always), b"" if method == "HEAD" else file.body)


def _read(path: Path) -> PosFile:
    return _file(path.read_bytes(), suffix=path.suffix)


def _file(body: bytes, *, suffix: str) -> PosFile:
    return PosFile(body, CONTENT_TYPES[suffix], hashlib.sha256(body).digest())
