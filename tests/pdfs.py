"""Read back what a PDF says."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest


def lines_of(pdf: bytes, *, folder: Path) -> list[str]:
    """The lines of the PDF's text as a reader copies them. Skipped without pdftotext, and fails where CI promises it."""
    if shutil.which("pdftotext") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("reading PDFs back needs pdftotext: apt-get install poppler-utils")
        pytest.skip("no pdftotext on this machine: apt-get install poppler-utils")
    file = folder / "paper.pdf"
    file.write_bytes(pdf)
    said = subprocess.run(["pdftotext", "-layout", str(file), "-"], check=True, capture_output=True).stdout.decode()
    return said.replace("\u200b", "").splitlines()
