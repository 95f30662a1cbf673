from fractions import Fraction

import pytest

from theory.attention_pca import local_rates


@pytest.mark.parametrize("derive", [local_rates.derivation, local_rates.escape_derivation, local_rates.descent])
def test_every_exact_step_holds(derive) -> None:
    assert {step.residual for step in derive().steps if step.kind == "exact"} == {"0"}


def test_worked_values() -> None:
    assert [local_rates.exponent([2, 1], k) for k in (1, 2)] == [32, 2]
    assert [local_rates.growth([2, 1], k) for k in (1, 2)] == [16, 4]
    assert local_rates.escape([2, 1]) == local_rates.largest_step([2, 1]) == Fraction(1, 16)


def test_no_exponent_across_is_above_half_the_square_of_the_largest_eigenvalue() -> None:
    assert max(local_rates.exponent([1, Fraction(k, 20)], 2) for k in range(1, 20)) == Fraction(1, 2)


def test_the_minimum_has_to_be_isolated() -> None:
    for spectrum in ([1, 1], [1, 0]):
        for function in (local_rates.escape, local_rates.largest_step):
            with pytest.raises(ValueError, match="simple largest eigenvalue"):
                function(spectrum)
    with pytest.raises(ValueError, match="number must be from 1 to d = 2"):
        local_rates.growth([2, 1], 0)
