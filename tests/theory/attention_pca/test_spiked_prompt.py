from fractions import Fraction

import pytest

from theory.attention_pca import finite_prompt, finite_stationary, spiked_prompt


@pytest.mark.parametrize("derivation", [spiked_prompt.derivation, spiked_prompt.stationary_derivation])
def test_every_exact_step_holds(derivation) -> None:
    residuals = [step.residual for step in derivation().steps if step.kind == "exact"]
    assert residuals == ["0"] * len(residuals) != []


def test_worked_values() -> None:
    assert spiked_prompt.risk([2, 1], [1, 1], 1) == 226
    assert spiked_prompt.points([2, 1], 1) == [
        (Fraction(50, 33), Fraction(7, 66)),
        (Fraction(38, 21), Fraction(5, 21)),
    ]


@pytest.mark.parametrize("columns", [1, 2, 7])
def test_it_is_a_self_query_among_as_many_keys(columns: int) -> None:
    spectrum, parameter = [2, 1, 0], [1, Fraction(-1, 2), 3]
    assert spiked_prompt.risk(spectrum, parameter, columns) == finite_prompt.self_risk(spectrum, parameter, columns)
    assert spiked_prompt.points(spectrum, columns) == finite_stationary.points(spectrum, columns, "self")


@pytest.mark.parametrize("strength", [Fraction(1, 10**6), Fraction(1, 10), 3])
@pytest.mark.parametrize("columns", [1, 5])
def test_the_spike_is_lower_than_what_is_across_it(strength: Fraction, columns: int) -> None:
    along, across, *_ = spiked_prompt.points([1 + strength, *[1] * 30], columns)
    assert along[0] < across[0]


def test_bad_input() -> None:
    with pytest.raises(ValueError, match="n must be an integer of at least 1, not 0"):
        spiked_prompt.risk([1], [1], 0)
    with pytest.raises(ValueError, match="a positive eigenvalue"):
        spiked_prompt.points([0], 1)
