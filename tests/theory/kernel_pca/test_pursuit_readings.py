from fractions import Fraction

import numpy as np
import pytest

from theory.kernel_pca import pursuit_readings as theory


def test_exact_steps_hold() -> None:
    for derivation in (theory.multiplier(), theory.average()):
        assert {step.residual for step in derivation.steps if step.kind == "exact"} == {"0"}


def test_the_worked_values() -> None:
    assert theory.threshold("product", 3, Fraction(1, 2)) == Fraction(3, 2)
    assert theory.threshold("ratio", 3, Fraction(1, 2)) == 6
    assert theory.solved_penalty("product", 3, Fraction(1, 2)) == Fraction(3, 4)
    assert theory.solved_penalty("ratio", 3, Fraction(1, 2)) == 3
    assert theory.block_step(6, 1, 1, 1) == Fraction(3, 14)
    assert theory.growth(5) == 8


def test_the_recursion_of_the_multiplier_doubles() -> None:
    rng = np.random.default_rng(0)
    y, size = 1.5, [1.5]
    for _ in range(6):
        y = 2 * y + rng.uniform(-1, 1)  # the worst that shrinking takes away is 1/μ, here 1
        size.append(y)
    assert all(size[n] - 1 >= theory.growth(n + 2) * (size[0] - 1) - 1e-12 for n in range(7))


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="sweeps"):
        theory.growth(1)
    with pytest.raises(ValueError, match="threshold"):
        theory.threshold("sum", 1, 1)
    with pytest.raises(ValueError, match="positive"):
        theory.threshold("ratio", 1, 0)
