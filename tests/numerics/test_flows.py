import numpy as np
import pytest

from numerics.flows import flow_to_rest, follow
from numerics.landscapes import low_rank
from numerics.prompts import covariance, rotation


def bowl(curvatures: np.ndarray, centre: np.ndarray):
    """Return the gradient of a quadratic with a known minimum."""
    return lambda points: curvatures * (points - centre)


def ring(points: np.ndarray) -> np.ndarray:
    return 4 * ((points**2).sum(axis=1, keepdims=True) - 1) * points


def test_quadratics_come_to_rest_at_their_centre_within_the_stated_error() -> None:
    centre = np.array([1.0, -2.0, 0.5])
    ends = flow_to_rest(bowl(np.array([10.0, 1.0, 0.01]), centre), [[0.0, 0.0, 0.0], [3.0, 1.0, 1.0]])
    assert (np.linalg.norm(ends.points - centre, axis=1) <= ends.errors).all()
    assert ends.errors.max() < 1e-6


def test_the_time_to_rest_is_found_at_every_scale() -> None:
    for scale in (1e-8, 1e8):
        ends = flow_to_rest(bowl(scale * np.ones(2), np.ones(2)), np.zeros((1, 2)))
        np.testing.assert_allclose(ends.points[0], np.ones(2), atol=1e-8)


def test_flat_directions_do_not_count_as_error() -> None:
    ends = flow_to_rest(ring, [[0.3, 0.4], [-2.0, 1.0]])
    assert (abs(np.linalg.norm(ends.points, axis=1) - 1) <= ends.errors).all()
    assert ends.errors.max() < 1e-6


def test_what_is_at_rest_stays() -> None:
    np.testing.assert_array_equal(flow_to_rest(ring, [[0.0, 0.0]]).points, [[0.0, 0.0]])


def test_a_risk_without_a_minimum_does_not_come_to_rest() -> None:
    with pytest.raises(RuntimeError, match="not at rest"):
        flow_to_rest(np.ones_like, np.zeros((1, 2)))


def test_a_flow_to_infinity_cannot_be_integrated() -> None:
    with pytest.raises(RuntimeError, match=r"not at rest|cannot be integrated"), np.errstate(all="ignore"):
        flow_to_rest(lambda points: -(points**3), np.ones((1, 2)))


@pytest.mark.parametrize("starts", [[[float("nan")]], [1.0], [[]]])
def test_starts_must_be_finite_rows(starts: list) -> None:
    with pytest.raises(ValueError, match="starts must"):
        flow_to_rest(bowl(np.ones(1), np.zeros(1)), starts)
    with pytest.raises(ValueError, match="starts must"):
        follow(bowl(np.ones(1), np.zeros(1)), starts)


def test_the_stated_error_covers_the_distance_to_the_leading_eigenvector() -> None:
    rng = np.random.default_rng(1)
    for _ in range(10):
        d = int(rng.integers(2, 9))
        spectrum = np.sort(np.append(10 ** rng.uniform(-3, -0.05, d - 1), 1.0))[::-1]
        basis = rotation(rng, d)
        ends = flow_to_rest(low_rank(covariance(spectrum, basis)).gradient, rng.standard_normal((3, d)))
        nearest = np.sign(ends.points @ basis[:, :1]) * basis[:, 0]
        assert (np.linalg.norm(ends.points - nearest, axis=1) <= ends.errors).all()


def test_together_they_end_where_they_end_alone() -> None:
    rng = np.random.default_rng(2)
    gradient = low_rank(covariance([2.0, 1.0, 0.5], rotation(rng, 3))).gradient
    starts = rng.standard_normal((20, 3))
    alone = np.concatenate([flow_to_rest(gradient, start[None]).points for start in starts])
    np.testing.assert_allclose(flow_to_rest(gradient, starts).points, alone, atol=1e-9)


def test_a_path_is_the_exponential_within_its_errors() -> None:
    paths = follow(bowl(np.array([1.0, 3.0]), np.zeros(2)), [[1.0, 1.0], [2.0, -1.0]], span=2.0)
    decayed = np.exp(-np.outer(paths.times, [1.0, 3.0]))
    exact = np.stack([decayed, decayed * [2.0, -1.0]], axis=1)
    off = np.linalg.norm(paths.points - exact, axis=2).max(axis=1)
    assert paths.times[-1] == 2.0
    assert (off <= 10 * paths.errors + 1e-13).all()
    assert paths.errors.max() < 1e-9


def test_a_path_without_a_span_ends_nearly_at_rest() -> None:
    paths = follow(ring, [[0.3, 0.4]])
    assert abs(np.linalg.norm(paths.points[-1]) - 1) < 1e-6
    with pytest.raises(ValueError, match="span must be positive"):
        follow(ring, [[0.3, 0.4]], span=0)
