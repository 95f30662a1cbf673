import math
from fractions import Fraction

import pytest

from theory.kernel_pca import necessary


@pytest.mark.parametrize("derive", [necessary.derivation, necessary.bessel, necessary.rescaled, necessary.power])
def test_every_exact_step_holds(derive) -> None:
    assert {step.residual for step in derive().steps if step.kind == "exact"} == {"0"}


def test_the_worked_values() -> None:
    total = 3 + math.e
    assert float(necessary.slack([[0], [1]])) == pytest.approx(1 / total)
    share = 1 - total**2 / (2 * (4 + (1 + math.e) ** 2))
    assert float(necessary.plain_share([[0], [1]])) == pytest.approx(share)
    assert necessary.plain_share([[1, 0], [0, 1]]).contains(0)
    assert necessary.random_share(3, 12) == Fraction(1, 4)


def test_more_columns_than_tokens_are_refused() -> None:
    with pytest.raises(ValueError, match="r ≤ N is asked for"):
        necessary.random_share(3, 2)
    with pytest.raises(ValueError, match="at least 1"):
        necessary.random_share(0, 2)
