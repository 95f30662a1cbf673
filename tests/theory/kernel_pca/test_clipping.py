from fractions import Fraction

import numpy as np
import pytest
from scipy.special import softmax

from theory.kernel_pca import clipping, robustness


def test_exact_steps_hold() -> None:
    for derivation in (clipping.influence(), clipping.squared_error()):
        assert {step.residual for step in derivation.steps if step.kind == "exact"} == {"0"}


def test_the_largest_weight_is_that_of_opposite_keys() -> None:
    keys = 0.5 * np.where(np.arange(7) < 2, 1.0, -1.0)[:, None] * np.ones((7, 3))
    weights = softmax(keys @ keys.T / np.sqrt(3), axis=1)
    assert float(clipping.largest_weight(7, 2, 3, 0.5)) == pytest.approx(weights[0, :2].sum(), rel=1e-12)
    assert clipping.largest_weight(7, 2, 3, 0).contains(2 / clipping.enclosed(Fraction(7)))


def test_no_drawn_keys_exceed_it() -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        keys = rng.uniform(-0.75, 0.75, (9, 4))
        weights = softmax(keys @ keys.T / 2, axis=1)
        assert weights[:, :3].sum(axis=1).max() <= float(clipping.largest_weight(9, 3, 4, 0.75))


def test_the_mean_squared_error_is_that_of_the_weights() -> None:
    clean, keys = [[1, 0], [0, 1], [1, 1]], [[1, 0], [0, 1], [4, -3]]
    assert clipping.mean_squared_error(clean, clean).contains(0)
    first, second = (softmax(np.array(k) @ np.array(k).T / np.sqrt(2), axis=1) for k in (keys, clean))
    assert float(clipping.mean_squared_error(clean, keys)) == pytest.approx(2 * ((first - second) ** 2).sum())
    inside = np.clip(np.array(keys), -1, 1)
    third = softmax(inside @ inside.T / np.sqrt(2), axis=1)
    found = clipping.mean_squared_error(clean, keys, Fraction(1))
    assert float(found) == pytest.approx(2 * ((third - second) ** 2).sum())


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="at most N"):
        clipping.largest_weight(3, 4, 2, 1)
    with pytest.raises(ValueError, match="negative"):
        clipping.largest_weight(3, 1, 2, -1)


def test_one_bad_token_has_the_largest_weight_of_any_token() -> None:
    for threshold in (0.25, 1.5):
        assert clipping.largest_weight(7, 1, 3, threshold).overlaps(robustness.largest_weight(7, 3, threshold))


def test_keys_of_other_shapes_are_refused() -> None:
    clean = [[1, 0], [0, 1]]
    for keys in ([[1, 0]], [[1], [2]]):
        with pytest.raises(ValueError, match="one shape"):
            clipping.mean_squared_error(clean, keys)
    with pytest.raises(ValueError, match="negative"):
        clipping.mean_squared_error(clean, clean, Fraction(-1))
