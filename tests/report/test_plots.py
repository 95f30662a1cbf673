"""The numbers behind figures."""

import csv
import io
from typing import Any

import pytest

from checks.report.plots import as_csv, family, plot, points_of, spans_decades

from . import sample


def over(name: str, values: list[float], **others: Any) -> list[dict[str, Any]]:
    return [sample.row(params={name: value, **others}, theory=value**2, simulation=value**2 + 1e-6) for value in values]


def test_one_parameter_of_four_values_is_the_abscissa() -> None:
    drawn = plot(sample.claim(cases=over("x", [3.0, 1.0, 2.0, 4.0])))
    assert drawn.upper.abscissa == drawn.lower.abscissa == "x"
    assert drawn.upper.line == "joined"
    (series,) = drawn.upper.series
    assert [(p.x, p.theory) for p in series.points] == [(1.0, 1.0), (2.0, 4.0), (3.0, 9.0), (4.0, 16.0)]
    assert [p.y for p in drawn.lower.series[0].points] == pytest.approx([0.5] * 4)


def test_other_parameters_make_series() -> None:
    rows = over("x", [1.0, 2.0, 3.0, 4.0], c=1) + over("x", [1.0, 2.0, 3.0, 4.0], c=2)
    assert [series.name for series in plot(sample.claim(cases=rows)).upper.series] == ["c = 1", "c = 2"]


@pytest.mark.parametrize(
    "rows",
    [
        over("x", [1.0, 2.0, 3.0]),
        [sample.row(params={"x": k, "y": k * k}, theory=float(k)) for k in range(20)],
        [sample.row(params={"x": [k]}, theory=float(k)) for k in range(20)],
        [sample.row(params={"x": k}, quantity=f"q{k % 2}", theory=float(k)) for k in range(20)],
    ],
)
def test_else_theory_is_the_abscissa_and_the_diagonal(rows: list[dict[str, Any]]) -> None:
    drawn = plot(sample.claim(cases=rows))
    assert (drawn.upper.abscissa, drawn.upper.line) == ("theory", "diagonal")
    assert len(points_of(drawn.upper)) == len(points_of(drawn.lower)) == len(rows)


def test_where_theory_says_the_same_always_comparisons_are_drawn_one_by_one() -> None:
    rows = [sample.row(params={"x": [k]}, simulation=float(-k), theory=float(k % 2)) for k in range(10)]
    drawn = plot(sample.claim(cases=rows))
    assert [series.name for series in drawn.upper.series] == ["(theory 0)", "(theory 1)"]
    assert [(p.x, p.y) for p in drawn.upper.series[0].points] == [(1, -8), (2, -6), (3, -4), (4, -2), (5, 0)]
    assert drawn.shared


def test_quantities_that_differ_in_numbers_only_are_a_family() -> None:
    assert family("R(v_12/√λ_12)") == family("R(v_3/√λ_3)") == "R(v_k/√λ_k)"
    assert family("x₁") == family("x₂₃") == "xk"
    assert family("‖μ‖² there") == "‖μ‖² there"
    rows = [sample.row(quantity=name) for name in ("R(1)", "R(2)", "S(1)", "T")]
    assert [series.name for series in plot(sample.claim(cases=rows)).upper.series] == ["R(k)", "S(1)", "T"]


def test_a_law_is_drawn_over_its_points() -> None:
    rows = [
        sample.row(params={"m": m}, quantity=f"F({x})", theory=0.5, simulation=0.5)
        for m in (1, 2)
        for x in (1e-3, -2.5)
    ]
    drawn = plot(sample.claim(kind="Law", cases=rows))
    assert [series.name for series in drawn.upper.series] == ["m = 1", "m = 2"]
    assert [p.x for p in drawn.upper.series[0].points] == [-2.5, 1e-3]


def test_a_rate_is_drawn_over_sizes_with_the_predicted_slope() -> None:
    points = [[n, 3.0 * n**-0.5, 1e-9] for n in (100.0, 200.0, 400.0)]
    row = sample.row(params={"sizes": [100, 200, 400]}, theory=0.5, simulation=0.5, points=points)
    drawn = plot(sample.claim(kind="Rate", cases=[row], settings={"log_power": 0.0}))
    assert (drawn.upper.abscissa, drawn.lower.abscissa, drawn.shared) == ("size", "case", False)
    for point in points_of(drawn.upper):
        assert point.theory == pytest.approx(point.y)


def test_a_limit_is_drawn_over_sizes_with_its_value() -> None:
    row = sample.row(params={"sizes": [1, 2]}, theory=2.5, points=[[1.0, 2.0, 0.1], [2.0, 2.2, 0.1]])
    drawn = plot(sample.claim(kind="Limit", cases=[row], settings={}))
    assert [(p.x, p.y, p.theory) for p in points_of(drawn.upper)] == [(1.0, 2.0, 2.5), (2.0, 2.2, 2.5)]


def test_of_a_bound_the_way_to_it_is_drawn() -> None:
    rows = [sample.row(theory=4.0, simulation=3.0, side="upper"), sample.row(theory=4.0, simulation=4.4, side="upper")]
    drawn = plot(sample.claim(kind="Bound", cases=rows))
    assert [p.y for p in points_of(drawn.lower)] == pytest.approx([0.25, -0.1])
    assert drawn.lower.ordinate == "(bound − simulation)/scale"
    lower = plot(sample.claim(kind="Bound", cases=[sample.row(theory=4.0, simulation=5.0, side="lower")]))
    assert [p.y for p in points_of(lower.lower)] == [0.25]


def test_the_csv_has_every_number_of_both_panels() -> None:
    rows = over("x", [1.0, 2.0, 3.0, 4.0])
    text = as_csv(plot(sample.claim(cases=rows)), ["commit 0123", "two\nlines"])
    comments = [line for line in text.splitlines() if line.startswith("#")]
    assert comments == ["# commit 0123", "# two lines"]
    found = list(csv.DictReader(io.StringIO("\n".join(text.splitlines()[2:]))))
    upper = [row for row in found if row["panel"] == "upper"]
    assert [float(row["y"]) for row in upper] == [row["simulation"] for row in rows]
    assert [float(row["low"]) for row in upper] == [row["interval"][0] for row in rows]
    assert len(found) == 8


def test_decades_are_counted_without_zeros() -> None:
    assert spans_decades([0.0, -1.0, 101.0])
    assert not spans_decades([0.0, 1.0, 100.0])
    assert not spans_decades([0.0])
