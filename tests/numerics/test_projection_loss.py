"""The projection loss: worked values, and the best axes found by brute force."""

import numpy as np
import pytest

from numerics.kernel_pca import exact_values, kernel_pca
from numerics.projection_loss import own_share, relative_loss, share_of_best

KEYS, QUERIES = np.array([[0.0], [1], [3]]), np.array([[-1.0], [2]])


def test_worked_values() -> None:
    assert share_of_best(QUERIES, KEYS, 1) == pytest.approx(0.3914248584)
    values = exact_values(kernel_pca(KEYS, 1))
    assert relative_loss(QUERIES, KEYS, 0 * values) == 1
    assert 0 < relative_loss(QUERIES, KEYS, values) < 1
    assert relative_loss(QUERIES, KEYS, 30 * values) < 0


def test_the_key_axes_are_the_best_for_the_centred_keys() -> None:
    keys = np.random.default_rng(0).standard_normal((6, 3))
    assert own_share(keys, 2) == pytest.approx(1)
    assert share_of_best(keys, keys, 2, centred=True) == pytest.approx(1)
    assert share_of_best(keys, keys, 2) < 0.99  # J is not centred


def test_no_axis_captures_more_than_the_best() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        keys, queries = rng.standard_normal((6, 2)), rng.standard_normal((9, 2))
        assert share_of_best(queries, keys, 2) < 1
        assert share_of_best(queries, keys, 2, centred=True) < 1


def test_bad_input() -> None:
    with pytest.raises(ValueError, match="queries"):
        share_of_best(np.ones(3), KEYS, 1)
    with pytest.raises(ValueError, match="components"):
        share_of_best(QUERIES, KEYS, 3)
