"""The summarised gradients are those of the layer, taken through its scores token by token."""

import numpy as np
import pytest

from numerics.infinite_prompt import factor_gradient, infinite_prompt_gradient, infinite_prompt_risk
from numerics.landscapes import full, low_rank, sphere
from numerics.prompts import covariance, rotation

RNG = np.random.default_rng(3)
MATRIX = covariance([2.0, 1.0, 0.5, 0.5], rotation(RNG, 4))


@pytest.mark.parametrize("rank", [1, 2, 4])
def test_of_low_rank(rank: int) -> None:
    landscape = low_rank(MATRIX, rank)
    points = RNG.standard_normal((3, 4 * rank))
    for point, slope in zip(points, landscape.gradient(points), strict=True):
        factors = point.reshape(rank, 4).T
        np.testing.assert_allclose(landscape.interaction(point), factors @ factors.T)
        measured = factor_gradient(factors, MATRIX)
        np.testing.assert_allclose(slope.reshape(rank, 4).T, measured.value, atol=1e-12)


def test_of_the_full_interaction() -> None:
    landscape = full(MATRIX)
    points = RNG.standard_normal((3, 16))
    for point, slope in zip(points, landscape.gradient(points), strict=True):
        measured = infinite_prompt_gradient(landscape.interaction(point), MATRIX)
        np.testing.assert_allclose(slope.reshape(4, 4), measured.value, atol=1e-12)


def test_of_the_sphere() -> None:
    landscape = sphere(MATRIX, 0.7)
    point = RNG.standard_normal(4)
    slope = landscape.gradient(point[None])[0]
    assert abs(slope @ point) < 1e-13

    def risk(at: np.ndarray) -> float:
        return infinite_prompt_risk("linear", landscape.interaction(at), MATRIX).value

    step = 1e-4 * np.eye(4)
    differences = [(risk(point + move) - risk(point - move)) / 2e-4 for move in step]
    np.testing.assert_allclose(slope, differences, atol=1e-6)
    np.testing.assert_allclose(landscape.interaction(point), 0.7 * np.outer(point, point) / (point @ point))


def test_worked_values() -> None:
    assert low_rank([[1.0]]).gradient(np.array([[0.5]]))[0, 0] == pytest.approx(-3 / 2)
    assert full([[1.0]]).gradient(np.array([[0.5]]))[0, 0] == pytest.approx(-1)
    assert sphere([[1.0]], 1.0).gradient(np.array([[0.5]]))[0, 0] == pytest.approx(0)


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="rank r must be an integer of at least 1"):
        low_rank(MATRIX, 0)
    for beta in (0.0, -1.0, float("nan")):
        with pytest.raises(ValueError, match="inverse_temperature must be positive and finite"):
            sphere(MATRIX, beta)
    with pytest.raises(ValueError, match="positive semidefinite"):
        full([[1.0, 2.0], [2.0, 1.0]])
