import numpy as np
import pytest

from numerics.rest_points import rest_points

RNG = np.random.default_rng(5)


def double_well(points: np.ndarray) -> np.ndarray:
    return points**3 - points


def test_the_double_well_has_three_rest_points() -> None:
    found = rest_points(double_well, RNG.uniform(-2, 2, (50, 1)))
    np.testing.assert_allclose(np.sort(found.points[:, 0]), [-1, 0, 1], atol=1e-12)
    assert found.points[0, 0] == pytest.approx(0, abs=1e-12)
    assert (np.abs(found.points**3 - found.points)[:, 0] <= 2 * found.errors).all()


def test_products_of_wells_have_all_combinations() -> None:
    assert len(rest_points(double_well, RNG.uniform(-2, 2, (500, 2))).points) == 9


def test_a_slope_has_none() -> None:
    assert rest_points(lambda points: 1 + points**2, RNG.uniform(-2, 2, (20, 1))).points.shape == (0, 1)


def test_starts_must_be_finite() -> None:
    with pytest.raises(ValueError, match="starts must be finite"):
        rest_points(double_well, np.array([[np.nan]]))
