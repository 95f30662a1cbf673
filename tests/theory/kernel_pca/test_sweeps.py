from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from scipy.special import softmax

from theory.kernel_pca import sweeps as theory


def test_exact_steps_hold() -> None:
    assert {step.residual for step in theory.iteration().steps if step.kind == "exact"} == {"0"}


def test_the_worked_values() -> None:
    found = theory.swept([[1], [-1]], [[1], [-1]], 1, 1)
    low = np.tanh(1 / 16)
    assert [float(row[0]) for row in found.sparse] == [0.75, -0.75]
    assert [float(row[0]) for row in found.output] == pytest.approx([low, -low])
    assert float(found.dual[0][0]) == pytest.approx((1 / 4 - low) / 4)


def test_soft_is_soft_on_both_sides_and_at_the_threshold() -> None:
    assert [float(theory.soft(arb(x), arb(1))) for x in (3, 0.5, -3)] == [2, 0, -2]
    wide = theory.soft(arb(1, 0.25), arb(1))
    assert wide.contains(0)
    assert wide.contains(arb(0.25))


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("name", ["product", "ratio"])
def test_three_sweeps_are_those_of_a_loop_in_floating_point(sign: int, name: str) -> None:
    rng = np.random.default_rng(0)
    keys, values = rng.integers(-8, 9, (2, 4, 3)) / 8
    step = 12 * 2 / (4 * np.abs(keys).sum())
    level = 0.5 * step if name == "product" else 0.5 / step
    low, dual = np.zeros((4, 3)), np.zeros((4, 3))
    for _ in range(3):
        moved = keys - low + dual / step
        sparse = np.sign(moved) * np.maximum(np.abs(moved) - level, 0)
        attended = keys - sparse + sign * dual / step
        low = softmax(attended @ attended.T / np.sqrt(3), axis=1) @ values
        dual = dual + step * (keys - low - sparse)
    found = theory.swept(keys.tolist(), values.tolist(), Fraction(1, 2), 3, heads=2, name=name, sign=sign)
    for part, expected in ((found.output, low), (found.sparse, sparse), (found.dual, dual)):
        assert np.allclose([[float(x) for x in row] for row in part], expected, rtol=1e-9, atol=1e-11)


def test_bad_input_is_refused() -> None:
    keys = [[1], [-1]]
    for wrong in ({"sweeps": 0}, {"multiplier": -1}, {"sign": 2}, {"heads": True}, {"values": [[1]]}):
        with pytest.raises(ValueError, match="must"):
            theory.swept(**({"keys": keys, "values": keys, "multiplier": 1, "sweeps": 1} | wrong))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="threshold"):
        theory.swept(keys, keys, 1, 1, name="sum")
    with pytest.raises(ValueError, match="as keys have"):
        theory.swept(keys, [[1, 2], [3, 4]], 1, 1)
