"""Measures of values: worked values, invariances, and what exact values have."""

import numpy as np
import pytest

from numerics.kernel_pca import exact_values, kernel_pca
from numerics.prompts import rotation
from numerics.value_measures import bessel_violations, best_scale, subspace_residual

RNG = np.random.default_rng(0)
KEYS, QUERIES = RNG.standard_normal((2, 7, 3)), RNG.standard_normal((2, 5, 3))


def test_worked_values() -> None:
    assert bessel_violations(np.zeros((1, 2)), np.zeros((4, 2)), np.ones((4, 1))) == 1
    values = np.array([[1.0, 2], [3, 5], [-1, 2]])
    assert best_scale(-2 * values, values) == pytest.approx(0.5)


def test_exact_values_meet_all_conditions_after_a_turn_and_a_factor() -> None:
    found = kernel_pca(KEYS, 3)
    exact = exact_values(found)
    turned = -5 * exact @ rotation(RNG, 3)
    np.testing.assert_allclose(subspace_residual(found, turned @ RNG.standard_normal((3, 3))), 0, atol=1e-12)
    np.testing.assert_allclose(best_scale(turned, exact), 1 / 5)
    assert (bessel_violations(QUERIES, KEYS, exact) == 0).all()
    assert (bessel_violations(QUERIES, KEYS, 100 * exact) > 0).all()


def test_random_values_do_not() -> None:
    found = kernel_pca(KEYS, 3)
    values = RNG.standard_normal((2, 7, 3))
    assert (subspace_residual(found, values) > 0.1).all()


def test_bad_input() -> None:
    with pytest.raises(ValueError, match="dependent"):
        subspace_residual(kernel_pca(KEYS, 2), np.ones((2, 7, 2)))
