"""Scales of axes."""

import pytest
from matplotlib.figure import Figure

from checks.report.plots import Panel, Point, Series
from checks.report.scales import scale_difference, scale_panel


def panel(values: list[tuple[float, float]], line: str = "diagonal", **kwargs: str) -> Panel:
    points = tuple(Point(x, y, y, y, theory=x if line == "diagonal" else y, allowance=1.0) for x, y in values)
    return Panel(kwargs.get("abscissa", "x"), kwargs.get("ordinate", "simulation"), (Series("", points),), line)


@pytest.mark.parametrize(
    ("theory", "expected"),
    [
        ([1.0, 50.0], "linear"),
        ([1.0, 500.0], "log"),
        ([-1.0, 500.0], "symlog"),
        ([0.0, 1.0, 500.0], "symlog"),
        ([1e-32, 1.0], "symlog"),
        ([0.0], "linear"),
    ],
)
def test_both_axes_of_a_diagonal_are_scaled_by_the_prediction(theory: list[float], expected: str) -> None:
    axes = Figure().add_subplot()
    scale_panel(axes, panel([(value, value) for value in theory]))
    assert axes.get_xscale() == axes.get_yscale() == expected
    low, high = axes.get_xlim()
    assert low < min(theory) or (expected == "log" and low > 0)
    assert high > max(theory)


def test_a_parameter_over_decades_is_logarithmic_and_values_of_few_are_not() -> None:
    axes = Figure().add_subplot()
    scale_panel(axes, panel([(1.0, 2.0), (1000.0, 3.0)], "joined"))
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "linear")


def test_an_error_over_sizes_is_drawn_on_logarithmic_axes() -> None:
    axes = Figure().add_subplot()
    scale_panel(axes, panel([(10.0, 2.0), (20.0, 1.0)], "joined", abscissa="size", ordinate="error"))
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")


def test_the_band_is_seen_and_the_largest_difference_written() -> None:
    axes = Figure().add_subplot()
    scale_difference(axes, panel([(1.0, 0.01), (2.0, -0.02)], "band"))
    assert axes.get_ylim()[0] < -1 < 1 < axes.get_ylim()[1]
    assert [text.get_text() for text in axes.texts] == ["largest: 0.02"]


def test_no_tick_of_a_scale_of_both_signs_is_near_to_0() -> None:
    axes = Figure().add_subplot()
    scale_panel(axes, panel([(-6e7, -6e7), (1.0, 1.0), (117.0, 117.0)]))
    assert axes.get_xscale() == "symlog"
    ticks = list(axes.get_xticks())
    assert 0 in ticks
    assert min(abs(tick) for tick in ticks if tick) >= 1000


def test_sizes_are_written_as_they_are() -> None:
    axes = Figure().add_subplot()
    scale_panel(axes, panel([(16.0, 2.0), (32.0, 1.0)], "joined", abscissa="size"))
    assert [label.get_text() for label in axes.get_xticklabels()] == ["16", "32"]


def test_differences_far_beyond_the_band_are_logarithmic() -> None:
    axes = Figure().add_subplot()
    scale_difference(axes, panel([(1.0, 1e8), (2.0, 0.0)], "band"))
    assert axes.get_yscale() == "symlog"
    assert axes.get_ylim()[1] > 1e8
    assert len(axes.get_yticks()) <= 9
