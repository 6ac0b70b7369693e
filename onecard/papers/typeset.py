"""typst, here or in a process of its own. No Django here: the process starts in a blink.

A table costs typst about 60 KB a row while it is set, which a server process would keep; a process of its own gives it back.
"""

from __future__ import annotations

import multiprocessing
import threading
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Literal

import typst

from onecard.papers.fonts import fonts

Output = Literal["pdf", "png"]
SOURCE = Path(__file__).with_name("sheet.typ").read_bytes()
PIXELS_PER_INCH = 110
_one_at_a_time = threading.Lock()


def typeset(files: dict[str, bytes], *, output: Output, made_at: datetime) -> bytes:
    """Set `sheet.typ` with these files beside it; of pictures the first page. `made_at` is the file's own time."""
    options = {"format": output, "ppi": PIXELS_PER_INCH, "timestamp": made_at, "pdf_tags": False}
    made = typst.compile({"main.typ": SOURCE, **files}, font_paths=fonts(), **options)  # type: ignore[call-overload]  # the stub doesn't know of several files
    pages: list[bytes] = made if isinstance(made, list) else [made]
    return pages[0]


def typeset_apart(files: dict[str, bytes], *, output: Output, made_at: datetime) -> bytes:
    """The same in a process of its own, one at a time."""
    with _one_at_a_time, ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(typeset, files, output=output, made_at=made_at).result()
