"""Charts as SVG, drawn by the server: lines, columns, ranked bars, a heat map. They take the page's colours and print well.

Pure: numbers in, SVG out. Every mark has a title (what the pointer shows); every chart stands above the table behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

NARROW, WIDE = 480, 1_000
"""Units of a chart over half a page or a whole one; letters keep about the same size on both."""
HEIGHT = 220
LEFT, RIGHT, TOP, BOTTOM = 64, 8, 12, 24
GRID_LINES = 4
LABEL_ROOM = 62
ROW = 26
LABEL = 110
Words = Callable[[int], str]


def nice_top(largest: int) -> int:
    """The end of an axis that holds the largest value: 1, 2 or 5 times a power of ten, at least 1."""
    if largest < 1:
        return 1
    step = 1
    while step * 10 <= largest:
        step *= 10
    return next(factor * step for factor in (1, 2, 5, 10) if factor * step >= largest)


def line_chart(
    labels: Sequence[str], series: Mapping[str, Sequence[int]], *, words: Words, title: str, width: int = WIDE
) -> SafeString:
    """One line a series over the same labels; values below zero are drawn below the axis."""
    values = [value for line in series.values() for value in line]
    low = min([0, *values])
    top = low + nice_top(max([low, *values]) - low)
    place = _places(len(labels), width=width)
    lines = [
        format_html(
            '<polyline class="oc-s{}" points="{}"/>{}',
            at,
            " ".join(f"{place(x):.1f},{_height(value, low=low, top=top):.1f}" for x, value in enumerate(line)),
            format_html_join(
                "",
                '<circle class="oc-s{}" cx="{}" cy="{}" r="3"><title>{}</title></circle>',
                (
                    (at, f"{place(x):.1f}", f"{_height(value, low=low, top=top):.1f}", f"{labels[x]} · {name}: {words(value)}")
                    for x, value in enumerate(line)
                ),
            ),
        )
        for at, (name, line) in enumerate(series.items())
    ]
    body = [_grid(low=low, top=top, words=words, width=width), _labels(labels, place=place, width=width), *lines]
    return _framed(body, height=HEIGHT, title=title, width=width, legend=list(series))


def column_chart(labels: Sequence[str], values: Sequence[int], *, words: Words, title: str, width: int = NARROW) -> SafeString:
    """A column for each label."""
    low, top = min([0, *values]), nice_top(max([0, *values]))
    step = (width - LEFT - RIGHT) / max(1, len(labels))
    zero = _height(0, low=low, top=top)

    def column(at: int, value: int) -> tuple[str, str, str, str, str]:
        height = _height(value, low=low, top=top)
        upper, size = min(zero, height), abs(zero - height)
        return (
            f"{LEFT + at * step + step * 0.1:.1f}",
            f"{upper:.1f}",
            f"{step * 0.8:.1f}",
            f"{size:.1f}",
            f"{labels[at]} · {words(value)}",
        )

    columns = format_html_join(
        "",
        '<rect class="oc-s0" x="{}" y="{}" width="{}" height="{}" rx="1"><title>{}</title></rect>',
        (column(at, value) for at, value in enumerate(values)),
    )
    middle = [LEFT + (at + 0.5) * step for at in range(len(labels))]
    body = [_grid(low=low, top=top, words=words, width=width), _labels(labels, place=lambda at: middle[at], width=width), columns]
    return _framed(body, height=HEIGHT, title=title, width=width)


def ranked_bars(lines: Sequence[tuple[str, int]], *, words: Words, title: str, width: int = NARROW) -> SafeString:
    """A bar for each line, longest first as they come, with its value beside it."""
    top = max([1, *(value for _, value in lines)])
    room = width - LABEL - 90
    rows = format_html_join(
        "",
        '<text class="oc-t" x="{}" y="{}" text-anchor="end">{}</text>'
        '<rect class="oc-s0" x="{}" y="{}" width="{}" height="14" rx="2"><title>{}</title></rect>'
        '<text class="oc-t oc-n" x="{}" y="{}">{}</text>',
        (
            (
                LABEL - 8,
                at * ROW + 15,
                _short(name),
                LABEL,
                at * ROW + 4,
                f"{max(1.0, room * max(0, value) / top):.1f}",
                f"{name} · {words(value)}",
                f"{LABEL + room * max(0, value) / top + 6:.1f}",
                at * ROW + 15,
                words(value),
            )
            for at, (name, value) in enumerate(lines)
        ),
    )
    return _framed([rows], height=max(1, len(lines)) * ROW, title=title, width=width)


def heat_map(
    rows: Sequence[str],
    columns: Sequence[str],
    values: Mapping[tuple[int, int], int],
    *,
    words: Words,
    title: str,
    width: int = NARROW,
) -> SafeString:
    """A cell for each (row, column) by position, the darker the more; cells without a value stay empty."""
    top = max([1, *values.values()])
    left, cell = 52, (width - 52 - RIGHT) / max(1, len(columns))
    heads = format_html_join(
        "",
        '<text class="oc-t" x="{}" y="14" text-anchor="middle">{}</text>',
        ((f"{left + (at + 0.5) * cell:.1f}", name) for at, name in enumerate(columns)),
    )
    names = format_html_join(
        "",
        '<text class="oc-t" x="{}" y="{}" text-anchor="end">{}</text>',
        ((left - 8, 22 + at * ROW + 17, name) for at, name in enumerate(rows)),
    )
    cells = format_html_join(
        "",
        '<rect class="oc-s0" x="{}" y="{}" width="{}" height="{}" rx="3" fill-opacity="{}"><title>{}</title></rect>',
        (
            (
                f"{left + column * cell + 1:.1f}",
                22 + row * ROW + 1,
                f"{cell - 2:.1f}",
                ROW - 2,
                f"{0.06 + 0.94 * max(0, value) / top:.3f}",
                f"{rows[row]} {columns[column]} · {words(value)}",
            )
            for (row, column), value in sorted(values.items())
        ),
    )
    return _framed([heads, names, cells], height=22 + len(rows) * ROW, title=title, width=width)


def _short(name: str) -> str:
    return name if len(name) <= 12 else f"{name[:11]}…"


def _places(count: int, *, width: int) -> Callable[[int], float]:
    step = (width - LEFT - RIGHT - 16) / max(1, count - 1)
    return lambda at: LEFT + 8 + at * step


def _height(value: int, *, low: int, top: int) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (top - value) / max(1, top - low)


def _grid(*, low: int, top: int, words: Words, width: int) -> SafeString:
    marks = [low + (top - low) * at // GRID_LINES for at in range(GRID_LINES + 1)]
    return format_html_join(
        "",
        '<line class="oc-g" x1="{}" x2="{}" y1="{}" y2="{}"/><text class="oc-t oc-n" x="{}" y="{}" text-anchor="end">{}</text>',
        (
            (LEFT, width - RIGHT, f"{_height(mark, low=low, top=top):.1f}", f"{_height(mark, low=low, top=top):.1f}",
             LEFT - 6, f"{_height(mark, low=low, top=top) + 4:.1f}", words(mark))
            for mark in sorted(set(marks))
        ),
    )  # fmt: skip


def _labels(labels: Sequence[str], *, place: Callable[[int], float], width: int) -> SafeString:
    every = max(1, -(-len(labels) * LABEL_ROOM // width))
    return format_html_join(
        "",
        '<text class="oc-t" x="{}" y="{}" text-anchor="middle">{}</text>',
        ((f"{place(at):.1f}", HEIGHT - 6, label) for at, label in enumerate(labels) if at % every == 0),
    )


def _framed(body: Sequence[SafeString], *, height: int, title: str, width: int, legend: Sequence[str] = ()) -> SafeString:
    keys = format_html_join("", '<span class="oc-key oc-s{}">{}</span>', enumerate(legend)) if len(legend) > 1 else ""
    drawn = format_html_join("", "{}", ((one,) for one in body))
    return format_html(
        '<div class="oc-chart">{}<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg></div>',
        keys,
        width,
        height,
        title,
        drawn,
    )
