import numpy as np
import pytest

from numerics.along_flow import extremes, velocities


def test_velocities_by_hand() -> None:
    # d = 1, Σ = 1, μ = 1/2: R = (1 − μ²)², μ' = 4μ(1 − μ²) = 3/2.
    found = velocities([0.5], [1.0], [[1.0]])
    for measured, exact in (
        (found.risk, -9 / 4),
        (found.alignment, 0),
        (found.form, 3 / 2),
        (found.squared_norm, 3 / 2),
    ):
        assert abs(measured.value - exact) <= measured.error < 1e-11


def test_velocities_are_differences_along_a_short_piece_of_the_flow() -> None:
    matrix, mu, v = np.diag([2.0, 1.0]), np.array([0.4, 0.7]), np.array([1.0, 0.0])
    gradient = -4 * matrix @ matrix @ mu + 2 * (mu @ matrix @ mu) * matrix @ matrix @ mu
    gradient += 2 * (mu @ matrix @ matrix @ mu) * matrix @ mu
    step = 1e-6

    def values(point: np.ndarray) -> np.ndarray:
        return np.array([2 * np.log(abs(v @ point)) - np.log(point @ point), point @ matrix @ point, point @ point])

    slopes = (values(mu - step * gradient) - values(mu + step * gradient)) / (2 * step)
    found = velocities(mu, v, matrix)
    np.testing.assert_allclose([found.alignment.value, found.form.value, found.squared_norm.value], slopes, rtol=1e-7)


def test_extremes_in_one_dimension() -> None:
    found = extremes([0.5], [1.0], [[1.0]])
    assert abs(found.alignment_step.value) <= found.alignment_step.error < 1e-8
    for measured, exact in (
        (found.alignment_end, 1),
        (found.least_form, 1 / 4),
        (found.largest_form, 1),
        (found.margin, 0),  # 2 − 2b falls to 0
    ):
        assert abs(measured.value - exact) <= measured.error < 1e-6


def test_from_a_start_outside_the_region_alignment_falls_and_the_margin_does_not() -> None:
    found = extremes([1.0, 1.0], [1.0, 0.0], np.diag([2.0, 1.0]))
    assert found.alignment_step.value < -1e-3
    assert found.largest_form.value == pytest.approx(3)
    assert found.margin.value == pytest.approx(2 - 3 - 5 / 2)
    assert found.least_form.value == pytest.approx(1)
    assert found.alignment_end.value == pytest.approx(1)


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="orthogonal to the direction"):
        velocities([0.0, 1.0], [1.0, 0.0], np.eye(2))
    with pytest.raises(ValueError, match="start must not be 0"):
        extremes([0.0, 0.0], [1.0, 0.0], np.eye(2))
