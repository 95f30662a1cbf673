import math
from fractions import Fraction

import pytest

from theory.exact import evaluate
from theory.kernel_pca import one_value_matrix as one


@pytest.mark.parametrize("derive", [one.derivation, one.shared, one.pairs, one.small])
def test_every_exact_step_holds(derive) -> None:
    assert {step.residual for step in derive().steps if step.kind == "exact"} == {"0"}


def test_the_worked_values() -> None:
    square = (1 + math.e) ** 2
    line = [[0], [1]]
    assert float(one.missed_share(line, line, bias=False)) == pytest.approx(square / (4 + square))
    assert one.missed_share(line, line, bias=True) == 0
    assert one.context_error([2]).contains(0)
    assert float(one.context_error([math.log(2) ** 0.5, math.log(3) ** 0.5])) == pytest.approx(0.0056, abs=5e-5)
    assert float(one.unbiased_limit([0, 1, 3])) == pytest.approx(4 / 3 / math.sqrt(10 / 3))
    assert float(one.small_coefficient([0, 1, 3], 4)) == pytest.approx(0.4065, abs=1e-4)
    assert float(one.small_coefficient([-1, 0, 1], 1)) == 0  # symmetric keys of mean 0
    assert [evaluate(one.SHARED_SQUARE, {one.E: e}) for e in (2, 3)] == [Fraction(9, 5), Fraction(4, 3)]


def test_independent_tokens_reach_everything_and_a_repeated_column_adds_nothing() -> None:
    keys = [[0], [1], [3]]
    wide = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert one.missed_share(wide, keys, bias=False) == 0
    twice = one.missed_share([[0, 0], [1, 1], [3, 3]], keys, bias=False)
    assert float(twice) == pytest.approx(float(one.missed_share(keys, keys, bias=False)))
    assert float(one.missed_share([[0], [0], [0]], keys, bias=False)) == pytest.approx(1)


def test_equal_norms_at_equal_angles() -> None:
    keys = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert float(one.pairs_determinant(keys)) == pytest.approx(math.sqrt(0.5))


def test_bad_input() -> None:
    with pytest.raises(ValueError, match="a token for every key"):
        one.missed_share([[0]], [[0], [1]], bias=True)
    with pytest.raises(ValueError, match="differ from the key 0"):
        one.context_error([0])
    with pytest.raises(ValueError, match="at least one partner"):
        one.context_error([])
    with pytest.raises(ValueError, match="keys that differ"):
        one.unbiased_limit([1, 1])
    with pytest.raises(ValueError, match="keys that differ"):
        one.small_coefficient([2, 2], 1)
    with pytest.raises(ValueError, match="dimension D"):
        one.small_coefficient([0, 1], 0)
    with pytest.raises(ValueError, match="three keys"):
        one.pairs_determinant([[0], [1]])
