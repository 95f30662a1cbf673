import math

import numpy as np
import pytest
from scipy.stats import chi2

from numerics.ensembles import edge_law
from numerics.ensembles.reduced import outlier

DRAWS = 100_000


def test_gauss_rule() -> None:
    points, weights = edge_law.expectation(np.array([2]), 2)
    assert points[0] == pytest.approx([4 - 2 * math.sqrt(2), 4 + 2 * math.sqrt(2)])
    assert weights[0] == pytest.approx([(2 + math.sqrt(2)) / 4, (2 - math.sqrt(2)) / 4])
    for degrees in (1, 7, 10**6):
        points, weights = edge_law.expectation(np.array([degrees]), 6)
        moments = [chi2.moment(k, degrees) for k in (1, 2, 3)] if degrees < 10 else [degrees, degrees * (degrees + 2)]
        assert [float(weights[0] @ points[0] ** (k + 1)) for k in range(len(moments))] == pytest.approx(moments)


@pytest.mark.parametrize(("d", "n", "strength"), [(50, 100, 0.0), (50, 100, 0.6), (50, 100, 0.75), (40, 25, -0.4)])
def test_against_draws(d: int, n: int, strength: float) -> None:
    drawn = outlier(np.random.default_rng(1), DRAWS, d, n, strength).eigenvalue
    for level in np.quantile(drawn, [0.05, 0.5, 0.95]):
        found = edge_law.top_probability(float(level), d, n, strength)
        share = np.mean(drawn <= level)
        assert abs(share - found.value) < 4.5 * math.sqrt(found.value * (1 - found.value) / DRAWS) + found.error
        assert found.error < 1e-4


def test_the_wrong_size_is_told_apart() -> None:
    drawn = outlier(np.random.default_rng(1), DRAWS, 50, 100).eigenvalue
    level = float(np.median(drawn))
    assert abs(edge_law.top_probability(level, 51, 100).value - np.mean(drawn <= level)) > 0.02


def test_finer_grids_stay_within_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [(edge_law.level(s, d, n), d, n, t) for s in (-2.5, 0.0) for d, n, t in ((500, 1000, 0.0), (64, 32, 1.2))]
    found = [edge_law.top_probability(*case) for case in cases]
    monkeypatch.setattr(edge_law, "FINE", edge_law.Resolution(600, 24))
    monkeypatch.setattr(edge_law, "REACH", 16.0)
    for case, before in zip(cases, found, strict=True):
        assert abs(edge_law.top_probability(*case).value - before.value) <= before.error


def test_the_error_holds_rows_left_out() -> None:
    assert edge_law.top_probability(edge_law.level(0, 500, 1000), 500, 1000).error >= edge_law.CUT


def test_worked_values() -> None:
    assert edge_law.top_probability(2.9, 50, 100).value == pytest.approx(0.84463, abs=1e-5)
    assert edge_law.level(0, 7, 7) == pytest.approx(4)
    assert edge_law.window(8, 8) == pytest.approx(2 ** (1 / 3))
    drawn = edge_law.standardised(np.random.default_rng(1), 200, 1000, 1000, 0.0)
    assert drawn.mean() == pytest.approx(-1.2065, abs=0.4)


def test_a_grid_ends_where_it_should() -> None:
    grid = edge_law.Grid(0.3, 0.01, 1.0, 50)
    assert grid.points[0] == pytest.approx(1)
    assert 0 < grid.points[-1] < 1e-12
    assert (np.diff(grid.points) < 0).all()
    cubes = grid.interpolated(grid.points**3, np.array([0.3, 0.9, -1.0]))
    assert cubes == pytest.approx([0.027, 0.729, 0], rel=1e-4)


def test_bad_input() -> None:
    for level in (0.0, math.inf, math.nan):
        with pytest.raises(ValueError, match="level"):
            edge_law.top_probability(level, 50, 50)
    with pytest.raises(ValueError, match="at least 20"):
        edge_law.top_probability(2.0, 19, 50)
    with pytest.raises(ValueError, match="θ"):
        edge_law.top_probability(2.0, 50, 50, -1.0)
    with pytest.raises(ValueError, match="must be positive"):
        edge_law.level(0.0, 5, 1, (1, 0))
    with pytest.raises(ValueError, match="dimension"):
        edge_law.window(0, 5)
