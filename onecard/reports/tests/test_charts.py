"""Charts are drawn from whole numbers, hold on the emptiest day, and never take a name for markup."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from onecard.reports import charts


def words(value: int) -> str:
    return f"{value:,}"


def drawn(chart: str) -> ElementTree.Element:
    """The chart, which must be well-formed."""
    return ElementTree.fromstring(chart)


@pytest.mark.parametrize(
    ("largest", "top"), [(-5, 1), (0, 1), (1, 1), (3, 5), (10, 10), (11, 20), (4_999, 5_000), (5_001, 10_000)]
)
def test_an_axis_ends_above_its_values(largest: int, top: int) -> None:
    assert charts.nice_top(largest) == top


def test_a_line_has_a_mark_a_day_with_its_value() -> None:
    chart = charts.line_chart(["1", "2", "3"], {"in": [1, 20, 300], "out": [0, -5, 9]}, words=words, title="t")
    svg = drawn(chart)
    assert [title.text for title in svg.iter("title")][:2] == ["1 · in: 1", "2 · in: 20"]
    assert len(list(svg.iter("circle"))) == 6
    heights = [float(mark.attrib["cy"]) for mark in svg.iter("circle")]
    assert heights[0] > heights[1] > heights[2]
    assert all(charts.TOP <= height <= charts.HEIGHT - charts.BOTTOM for height in heights)


def test_bars_are_as_long_as_their_share() -> None:
    svg = drawn(charts.ranked_bars([("a", 200), ("b", 50), ("c", -7)], words=words, title="t"))
    lengths = [float(bar.attrib["width"]) for bar in svg.iter("rect")]
    assert lengths[0] == pytest.approx(4 * lengths[1], rel=0.01)
    assert lengths[2] == 1.0


def test_a_heat_map_is_darkest_where_most_is() -> None:
    svg = drawn(charts.heat_map(["Mon"], ["11", "12"], {(0, 0): 1, (0, 1): 10}, words=words, title="t"))
    light, dark = (float(cell.attrib["fill-opacity"]) for cell in svg.iter("rect"))
    assert light < dark == 1.0


@pytest.mark.parametrize(
    "chart",
    [
        charts.line_chart([], {"a": []}, words=words, title="t"),
        charts.line_chart(["1"], {"a": [0]}, words=words, title="t"),
        charts.column_chart([], [], words=words, title="t"),
        charts.column_chart(["a", "b"], [-3, 0], words=words, title="t"),
        charts.ranked_bars([], words=words, title="t"),
        charts.heat_map([], [], {}, words=words, title="t"),
    ],
)
def test_nothing_sold_is_a_chart_too(chart: str) -> None:
    assert drawn(chart) is not None


def test_names_are_text() -> None:
    chart = charts.ranked_bars([("<script>alert(1)</script>", 1)], words=words, title='"><b>')
    assert "<script>" not in chart
    assert "<b>" not in chart
