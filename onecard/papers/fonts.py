"""The fonts that papers are set in: a Chinese one must be on the machine."""

from __future__ import annotations

import functools

import typst

FAMILIES = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "PingFang SC",
    "Noto Serif CJK SC",
    "SimSun",
    "Droid Sans Fallback",
)
"""Families with Chinese letters, the best first."""


class FontProblem(RuntimeError):
    """No font with Chinese letters; the message says what to install."""


@functools.cache
def fonts() -> typst.Fonts:
    """The machine's fonts; looking for them takes about a second, so a process does it once."""
    return typst.Fonts()


def chinese_family() -> str:
    """The best family with Chinese letters on this machine; FontProblem when there is none."""
    return best_of(fonts().families())


def best_of(families: list[str]) -> str:
    """The best of these families; FontProblem when none has Chinese letters."""
    found = next((family for family in FAMILIES if family in families), None)
    if found is None:
        raise FontProblem(
            "no font with Chinese letters is installed: install Debian's fonts-noto-cjk (apt-get install fonts-noto-cjk) "
            "or another Noto/Source Han font, then restart onecard"
        )
    return found
