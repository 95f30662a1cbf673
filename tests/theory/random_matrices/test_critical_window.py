from collections.abc import Callable
from itertools import pairwise
from math import inf, pi

import pytest

from theory.derivation import Derivation
from theory.random_matrices import critical_window
from theory.random_matrices.critical_window import estimate
from theory.random_matrices.tracy_widom import cdf

FAR = (-4.5, -2.05, -1.2, 0.37, 2.0, 9.9)


@pytest.mark.parametrize("derived", [critical_window.derivation, critical_window.rate_derivation])
def test_every_exact_step_holds(derived: Callable[[], Derivation]) -> None:
    assert {step.residual for step in derived().steps if step.kind == "exact"} == {"0"}


def test_what_is_not_a_proof_says_so() -> None:
    assert "not enclosed" in next(s.statement for s in critical_window.derivation().steps if s.kind == "heuristic")


@pytest.mark.parametrize("beta", [1, 2])
@pytest.mark.parametrize("x", FAR)
def test_without_a_spike_it_is_the_law_of_tracy_and_widom(x: float, beta: int) -> None:
    found = estimate(x, inf, beta)
    assert abs(found.value - float(cdf(x, beta, 12))) <= found.error < 1e-7


@pytest.mark.parametrize("x", FAR)
def test_a_critical_spike_among_complex_data_gives_the_square(x: float) -> None:
    found = estimate(x, 0, 2)
    assert abs(found.value - float(cdf(x, 1, 12)) ** 2) <= found.error < 1e-6


def test_it_rises_in_both() -> None:
    xs, ws = [-6 + k / 2 for k in range(33)], [-2.5, -1, 0, 0.5, 2, 10, inf]
    table = [[estimate(x, w).value for x in xs] for w in ws]
    assert all(u <= v for row in table for u, v in pairwise(row))
    assert all(u <= v + 1e-9 for low, high in pairwise(table) for u, v in zip(low, high, strict=True))


def test_where_the_solution_starts_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [(x, w) for x in (-3, 3, 9.5) for w in (-2.5, -1, 1)]
    before = [estimate(x, w) for x, w in points]
    try:
        monkeypatch.setattr(critical_window, "START", 15.0)
        monkeypatch.setattr(critical_window, "STEPS", 250)
        critical_window._table.cache_clear()
        after = [estimate(x, w) for x, w in points]
    finally:
        critical_window._table.cache_clear()
    assert all(abs(u.value - v.value) <= u.error for u, v in zip(before, after, strict=True))


def test_worked_values() -> None:
    assert estimate(0, inf).value == pytest.approx(0.83190807, abs=1e-8)
    assert critical_window.angle_of(0) == pi / 2


@pytest.mark.parametrize(
    ("x", "w", "beta", "message"),
    [(11, 0, 1, "x must"), (0, -3, 1, "w must"), (0, 0, 5, "β must"), (float("nan"), 0, 1, "x must")],
)
def test_bad_input(x: float, w: float, beta: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        estimate(x, w, beta)
