import numpy as np
import pytest

from numerics.curvature import hessians, layer_hessian
from numerics.prompts import covariance, rotation


def test_the_hessian_of_a_quartic_is_exact_at_any_reach() -> None:
    def gradient(points: np.ndarray) -> np.ndarray:
        x, y = points.T
        return np.column_stack([x**3 + y, x + 3 * y**2])

    points = np.array([[1.0, 2.0], [0.0, 0.0], [-3.0, 0.5]])
    expected = [[[3 * x**2, 1], [1, 6 * y]] for x, y in points]
    for reach in (1 / 4, 1 / 1024):
        np.testing.assert_allclose(hessians(gradient, points, reach=reach), expected, atol=1e-9)


def test_the_curvatures_of_the_layer_by_hand() -> None:
    # R = (1 − μ²)² in one dimension has R'' = 12μ² − 4.
    for mu, bend in ((1.0, 8.0), (0.5, -1.0), (0.0, -4.0)):
        measured = layer_hessian([mu], [[1.0]])
        assert abs(measured.value[0, 0] - bend) <= measured.error < 1e-9


def test_the_stated_error_covers_the_difference_to_higher_precision() -> None:
    rng = np.random.default_rng(4)
    for _ in range(20):
        d = int(rng.integers(1, 7))
        spectrum = np.sort(10 ** rng.uniform(-3, 1, d))[::-1]
        basis, mu = rotation(rng, d), rng.standard_normal(d)
        measured = layer_hessian(basis @ mu, covariance(spectrum, basis))
        s, m = np.diag(spectrum), mu  # the Hessian by the product rule, in eigen-coordinates
        a, b = m @ s @ s @ m, m @ s @ m
        cross = np.outer(s @ s @ m, s @ m)
        hessian = -4 * s @ s + 2 * b * s @ s + 2 * a * s + 4 * (cross + cross.T)
        assert np.linalg.norm(basis.T @ measured.value @ basis - hessian, ord=2) <= measured.error


def test_the_parameter_must_be_a_finite_vector() -> None:
    with pytest.raises(ValueError, match="parameter must"):
        layer_hessian([[1.0]], [[1.0]])
