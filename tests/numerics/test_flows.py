import numpy as np
import pytest

from numerics.flows import gradient_flow, lowest_rest_point
from numerics.prompts import covariance, rotation


def bowl(curvatures: np.ndarray, centre: np.ndarray):
    """Return a quadratic with a known minimum."""
    return lambda mu: (0.5 * float(curvatures @ (mu - centre) ** 2), curvatures * (mu - centre))


def test_a_quadratic_comes_to_rest_at_its_centre_within_the_stated_error() -> None:
    centre = np.array([1.0, -2.0, 0.5])
    end = gradient_flow(bowl(np.array([10.0, 1.0, 0.01]), centre), np.zeros(3))
    assert np.linalg.norm(end.point - centre) <= end.point_error < 1e-6
    assert end.risk <= end.risk_error


def test_the_time_to_rest_is_found_at_every_scale() -> None:
    for scale in (1e-8, 1e8):
        end = gradient_flow(bowl(scale * np.ones(2), np.ones(2)), np.zeros(2))
        np.testing.assert_allclose(end.point, np.ones(2), atol=1e-8)


def test_flat_directions_do_not_count_as_error() -> None:
    def ring(mu: np.ndarray) -> tuple[float, np.ndarray]:
        excess = mu @ mu - 1
        return float(excess**2), 4 * excess * mu

    end = gradient_flow(ring, np.array([0.3, 0.4]))
    assert abs(np.linalg.norm(end.point) - 1) <= end.point_error < 1e-6


def test_a_risk_without_a_minimum_does_not_come_to_rest() -> None:
    def slope(mu: np.ndarray) -> tuple[float, np.ndarray]:
        return float(mu.sum()), np.ones_like(mu)

    with pytest.raises(RuntimeError, match="not at rest"):
        gradient_flow(slope, np.zeros(2))


@pytest.mark.parametrize("start", [[float("nan")], [[1.0]]])
def test_the_start_must_be_a_finite_vector(start: list) -> None:
    with pytest.raises(ValueError, match="start must"):
        gradient_flow(bowl(np.ones(1), np.zeros(1)), np.array(start))


def test_one_dimension_by_hand() -> None:
    end = lowest_rest_point(np.random.default_rng(0), [[4.0]], starts=1)
    assert abs(abs(end.point[0]) - 0.5) <= end.point_error
    assert abs(end.risk) <= end.risk_error


def test_the_stated_error_covers_the_distance_to_the_leading_eigenvector() -> None:
    rng = np.random.default_rng(1)
    for _ in range(10):
        d = int(rng.integers(2, 9))
        spectrum = np.sort(np.append(10 ** rng.uniform(-3, -0.05, d - 1), 1.0))[::-1]
        basis = rotation(rng, d)
        end = lowest_rest_point(rng, covariance(spectrum, basis), starts=1)
        nearest = np.sign(basis[:, 0] @ end.point) * basis[:, 0]
        assert np.linalg.norm(end.point - nearest) <= end.point_error


def test_there_must_be_a_start() -> None:
    with pytest.raises(ValueError, match="starts must be an integer of at least 1"):
        lowest_rest_point(np.random.default_rng(0), [[1.0]], starts=0)


def test_nothing_flows_without_a_covariance() -> None:
    with pytest.raises(ValueError, match="must not be zero"):
        lowest_rest_point(np.random.default_rng(0), np.zeros((2, 2)), starts=1)


def test_a_covariance_that_is_not_one_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        lowest_rest_point(np.random.default_rng(0), [[float("nan")]], starts=1)
