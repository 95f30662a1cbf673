from fractions import Fraction

import numpy as np
import pytest
from scipy.linalg import svdvals

from theory.kernel_pca import pursuit


def test_exact_steps_hold() -> None:
    for derivation in (pursuit.sufficiency(), pursuit.blocks()):
        assert {step.residual for step in derivation.steps if step.kind == "exact"} == {"0"}


def test_the_worked_values() -> None:
    assert pursuit.least_value(6, 1, 1, 1, Fraction(1, 2)) == 9
    assert pursuit.value_in(2, 6, 1, 1, 1, Fraction(1, 2)) == 12
    assert pursuit.regime(12, 2, Fraction(1, 4)) == 1


@pytest.mark.parametrize("penalty", [Fraction(1, 20), Fraction(1, 5), Fraction(2, 5), Fraction(3, 4)])
def test_the_certificate_is_one_where_it_is_said_to_be(penalty: Fraction) -> None:
    n, k, w = 12, 2, float(penalty)
    inside = np.kron(np.eye(n // k), np.ones((k, k)))
    dual = np.where(inside, w, (1 - k * w) / (n - k))
    across = dual - np.ones((n, n)) / n
    strict = svdvals(across)[0] < 1 and abs(dual[0, -1]) < w
    assert np.allclose(across.sum(axis=0), 0)
    assert strict == (pursuit.regime(n, k, penalty) == 1)


def test_the_value_is_least_of_the_three_pairs_and_of_their_mixtures() -> None:
    n, k, s, t = 9, 3, 1.0, 0.5
    inside = np.kron(np.eye(n // k), np.ones((k, k)))
    matrix = s + t * inside
    for penalty in (Fraction(1, 18), Fraction(1, 5), Fraction(1, 2)):
        least = pursuit.least_value(n, k, s, t, penalty)
        assert least == min(pursuit.value_in(i, n, k, s, t, penalty) for i in range(3))
        for x in (0.0, 0.5, 1.0):
            for y in (0.0, 0.5, 1.0):
                low = x * s + y * t * inside
                value = svdvals(low).sum() + float(penalty) * np.abs(matrix - low).sum()
                assert value >= float(least) - 1e-9


def test_bad_input_is_refused() -> None:
    for size, block, strength, spike in ((5, 2, 1, 1), (4, 2, 1, 1), (6, 1, 0, 1), (6, 1, 1, -1), (0, 1, 1, 1)):
        with pytest.raises(ValueError, match="must"):
            pursuit.least_value(size, block, strength, spike, Fraction(3, 4))
    for penalty in (0, -1, float("nan")):
        with pytest.raises(ValueError, match="must"):
            pursuit.regime(6, 1, penalty)
    with pytest.raises(ValueError, match="threshold"):
        pursuit.regime(6, 2, Fraction(1, 2))


def test_sizes_regimes_and_multipliers_out_of_range_are_refused() -> None:
    for number in (-1, 3, 7):
        with pytest.raises(ValueError, match="0, 1 or 2"):
            pursuit.value_in(number, 6, 1, 1, 1, Fraction(1, 2))
    for penalty in (0, -1):
        with pytest.raises(ValueError, match="positive"):
            pursuit.value_in(1, 6, 1, 1, 1, penalty)
    for size, block in ((0, 1), (2, 5), (6, 0), (4, 2), (True, True)):
        with pytest.raises(ValueError, match="must"):
            pursuit.regime(size, block, Fraction(1, 3))
