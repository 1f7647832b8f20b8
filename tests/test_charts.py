"""A chart shows what was measured; its words state only what was checked."""

from __future__ import annotations

import itertools
import re
import time

import pytest

from ipc_helpers import charts, drawing
from ipc_helpers.charts import GRID, ROUNDS, Chart, Spread, race, told_in


def test_a_race_states_what_it_has_seen() -> None:
    chart = race({"slow": lambda: time.sleep(0.06), "fast": lambda: time.sleep(0.01)}, at_least=2)
    assert repr(chart) == "“slow” took at least 2 times as long as “fast”, for the same result."
    assert chart.values["slow"] > 2 * chart.values["fast"]


def test_a_race_that_is_lost_says_so_after_all_rounds() -> None:
    runs: list[str] = []
    jobs = {"one": lambda: runs.append("one"), "other": lambda: time.sleep(0.01)}
    assert "did not take 3 times as long" in race(jobs, at_least=3).alt
    assert len(runs) == ROUNDS


def test_a_race_in_a_full_room_tries_the_patience_of_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(charts, "PATIENCE_S", 0.1)
    runs: list[str] = []
    jobs = {"one": lambda: runs.append("one"), "other": lambda: time.sleep(0.2)}
    assert "did not take 3 times as long" in race(jobs, at_least=3).alt
    assert len(runs) == 1


def test_jobs_with_different_results_are_no_race() -> None:
    with pytest.raises(AssertionError, match="not the same result"):
        race({"one": lambda: 1, "other": lambda: 2}, at_least=1)


@pytest.mark.parametrize(
    ("seconds", "told"), [(2.45, "2.45 s"), (0.0388, "38.8 ms"), (7.61e-5, "76.1 µs")]
)
def test_a_time_is_told_as_one_says_it(seconds: float, told: str) -> None:
    assert told_in("s", seconds) == told


def test_the_picture_carries_its_words() -> None:
    chart = Chart({"a & b": 1.0, "c": 0.25}, "a & b took longer than c.")
    assert repr(chart) == "a & b took longer than c."
    html = chart._repr_html_()
    assert 'alt="a &amp; b took longer than c."' in html
    assert "<figcaption>a &amp; b took longer than c.</figcaption>" in html


JUPYTERLABS_OUTPUT = 576  # pixels, in a window of 700
BARS = Chart({"a": 1.0, "b": 2.0}, "a")
DOTS = Spread({"a": (1.0, 2.0, 30.0), "b": (2.0, 3.0, 4.0)}, "a", "ms")


@pytest.mark.parametrize("chart", [BARS, DOTS])
def test_a_narrow_window_shows_the_values_too(chart: Chart) -> None:
    """They stand at the right, where a wider picture would have to be scrolled to."""
    assert chart.picture().width <= JUPYTERLABS_OUTPUT


def test_no_value_lies_on_the_grid() -> None:
    """The lines of the scale end where the values begin."""
    figure, axes = drawing.new_axes(2)
    DOTS._draw(axes)
    figure.draw_without_rendering()
    plot = axes.get_window_extent()
    values = [text for text in axes.texts if text.get_text().endswith("ms")]
    assert len(values) == 2 and min(it.get_window_extent().x0 for it in values) > plot.x1
    assert {line.get_color() for line in axes.get_xgridlines()} == {GRID}


@pytest.mark.parametrize(
    "least, most", [(0.017, 9.7), (0.0216, 9.7), (0.3, 9.7), (0.9, 9.7), (0.0151, 25.0)]
)
def test_the_scale_of_tens_has_ticks_enough_and_none_lies_on_another(
    least: float, most: float
) -> None:
    """As in lesson 14: two of them say little about ten channels."""
    dots = {"shared memory by hand": (least, least, least), "Queue": (1.0, 1.2, most)}
    dots["ring, put"] = (0.05, 0.0594, 0.07)
    chart = Spread(dots, "", "× Pipe")
    assert len(re.findall(r"<!-- [\d.]+ -->", chart.picture().svg)) > 2
    figure, axes = drawing.new_axes(3)
    chart._draw(axes)
    figure.draw_without_rendering()
    left, right = axes.get_xlim()
    shown = [
        it for it in axes.get_xticklabels(which="both") if left <= it.get_position()[0] <= right
    ]
    boxes = sorted((label.get_window_extent() for label in shown), key=lambda box: box.x0)
    assert all(one.x1 + 4 < other.x0 for one, other in itertools.pairwise(boxes))


@pytest.mark.parametrize("chart", [BARS, DOTS])
def test_the_picture_follows_the_theme(chart: Chart) -> None:
    """Every colour that is drawn is a variable, which the style sets twice."""
    style, _, rest = chart.picture().svg.partition("</style>")
    assert "prefers-color-scheme:dark" in style and style.count("--ink:") == 2
    assert "var(--c1)" in rest
    assert re.findall(r"#[0-9a-f]{6}", rest) == [], "a colour that stays the same in the dark"
    texts = re.findall(r"<g (?:style=\"([^\"]*)\" )?transform=\"[^\"]*scale\(0.1 -0.1\)", rest)
    assert len(texts) >= 4, "two names and two values; letters without a colour would be black"
    assert [text for text in texts if "fill: var(--" not in text] == []
