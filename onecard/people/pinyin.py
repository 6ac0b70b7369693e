"""Names in pinyin, for search: PostgreSQL knows none, so both forms are stored beside the name."""

from __future__ import annotations

import functools
import re
import unicodedata

MAX_PINYIN = 120
MAX_INITIALS = 32
SURNAMES = {
    "单": "shan", "仇": "qiu", "解": "xie", "曾": "zeng", "查": "zha", "盖": "ge", "区": "ou", "朴": "piao", "任": "ren",
    "华": "hua", "冼": "xian", "尹": "yin", "乐": "yue", "缪": "miao", "翟": "zhai", "覃": "qin", "牟": "mou", "员": "yun",
    "逄": "pang", "种": "chong", "繁": "po", "过": "guo", "令": "ling", "宁": "ning", "秘": "bi", "洗": "xian", "召": "shao",
}  # fmt: skip
"""Surnames that read otherwise than the same character elsewhere."""
_PARTS = re.compile(r"[a-z0-9]+|[^\x00-\x7f]")


def pinyin_of(full_name: str) -> tuple[str, str]:
    """(whole, initials) of a name in small letters: 王伟 is wangwei, ww; Ann Lee is annlee, al. Signs without reading vanish."""
    plain = unicodedata.normalize("NFKD", full_name.lower())
    parts = [reading for part in _PARTS.findall(plain) if (reading := _reading(part))]
    first = SURNAMES.get(full_name[:1])
    if first is not None:
        parts[:1] = [first]
    return "".join(parts)[:MAX_PINYIN], "".join(part[0] for part in parts)[:MAX_INITIALS]


@functools.lru_cache(maxsize=20_000)
def _reading(part: str) -> str:
    if part.isascii():
        return part
    # Imported on first use: its tables take a moment to load.
    from pypinyin import lazy_pinyin

    [reading] = lazy_pinyin(part, errors="ignore") or [""]
    return str(reading).replace("ü", "v") if reading.isascii() or "ü" in reading else ""
