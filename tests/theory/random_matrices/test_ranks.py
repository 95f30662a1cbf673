from fractions import Fraction

import pytest

from theory.random_matrices.ranks import rank_law


def test_worked_value() -> None:
    law = rank_law(1)
    assert list(law.values()) == [0, Fraction(1, 2), Fraction(1, 2), 1]
    assert list(law)[1::2] == [0, 1]


def test_there_is_at_least_one_other() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        rank_law(0)
