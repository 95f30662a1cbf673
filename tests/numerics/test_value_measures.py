"""Measures of values: worked values, invariances, and what exact values have."""

import numpy as np
import pytest

from numerics.kernel_pca import exact_values, kernel_pca
from numerics.prompts import rotation
from numerics.value_measures import direction_deviation, subspace_residual

RNG = np.random.default_rng(0)
KEYS = RNG.standard_normal((2, 7, 3))


def test_worked_values() -> None:
    found = kernel_pca(KEYS, 2)
    column = RNG.standard_normal((2, 7, 1))
    np.testing.assert_allclose(direction_deviation(found, np.repeat(column, 2, axis=-1)), np.sqrt(0.5))


def test_exact_values_meet_all_conditions_after_a_turn_and_a_factor() -> None:
    found = kernel_pca(KEYS, 3)
    exact = exact_values(found)
    turned = -5 * exact @ rotation(RNG, 3)
    np.testing.assert_allclose(subspace_residual(found, turned @ RNG.standard_normal((3, 3))), 0, atol=1e-12)
    np.testing.assert_allclose(direction_deviation(found, turned), 0, atol=1e-12)


def test_random_values_do_not() -> None:
    found = kernel_pca(KEYS, 3)
    values = RNG.standard_normal((2, 7, 3))
    assert (subspace_residual(found, values) > 0.1).all()
    assert (direction_deviation(found, values) > 0.1).all()


def test_bad_input() -> None:
    with pytest.raises(ValueError, match="dependent"):
        subspace_residual(kernel_pca(KEYS, 2), np.ones((2, 7, 2)))
