from fractions import Fraction

import numpy as np
import pytest
from scipy.special import softmax

from theory.kernel_pca import attention_pursuit as theory


def test_exact_steps_hold() -> None:
    for derivation in (theory.one_sweep(), theory.unreachable()):
        assert {step.residual for step in derivation.steps if step.kind == "exact"} == {"0"}


def test_the_worked_values() -> None:
    assert theory.step([[1], [-1]], 3) == Fraction(3, 4)
    assert theory.clipped([[1, Fraction(-1, 8)]], Fraction(1, 4)) == [[Fraction(1, 4), Fraction(-1, 8)]]
    assert theory.clipped_share([[1, 3]], 4, 1, 1) == 1
    assert theory.row_sum(6, 1, 1, 1) == 7


def test_attention_is_softmax_attention() -> None:
    rng = np.random.default_rng(0)
    keys, values = rng.integers(-4, 5, (4, 3)), rng.integers(-4, 5, (4, 2))
    found = theory.attention([[Fraction(int(x)) for x in row] for row in keys], values.tolist())
    expected = softmax(keys @ keys.T / np.sqrt(3), axis=1) @ values
    assert np.allclose([[float(x) for x in row] for row in found], expected, rtol=1e-12)


def test_the_share_is_counted_at_the_scale_of_the_keys() -> None:
    keys = [[0.5, 1.0], [2.0, -4.0]]
    level = 4 * 4 / (4 * 7.5)
    for scale in (0.25, 0.5, 1, 2):
        count = sum(scale * abs(x) > level / scale for row in keys for x in row)
        assert theory.clipped_share(keys, 4, 1, scale) == Fraction(count, 4)


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="all be 0"):
        theory.step([[0, 0]])
    with pytest.raises(ValueError, match="entries"):
        theory.step([[1, 0], [1]])
    with pytest.raises(ValueError, match="heads"):
        theory.step([[1]], 0)
    with pytest.raises(ValueError, match="positive"):
        theory.clipped_share([[1]], 1, 1, 0)


def test_shapes_thresholds_and_heads_out_of_range_are_refused() -> None:
    keys = [[Fraction(1)], [Fraction(2)]]
    with pytest.raises(ValueError, match="negative"):
        theory.clipped(keys, Fraction(-1))
    with pytest.raises(ValueError, match="each of the 2 keys"):
        theory.attention(keys, [[1]])
    with pytest.raises(ValueError, match="entries"):
        theory.attention(keys, [[1], [1, 2]])
    with pytest.raises(ValueError, match="entries"):
        theory.attention([[Fraction(1)], [Fraction(1), Fraction(2)]], keys)
    with pytest.raises(ValueError, match="heads"):
        theory.step(keys, True)
