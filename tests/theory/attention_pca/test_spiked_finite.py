from fractions import Fraction

import pytest

from theory.attention_pca import finite_prompt, spiked_finite, spiked_prompt

FAR = 10**9
NEAR = Fraction(1, 10**6)


def test_every_exact_step_holds() -> None:
    residuals = [step.residual for step in spiked_finite.derivation().steps if step.kind == "exact"]
    assert residuals == ["0"] * len(residuals) != []


def test_worked_values() -> None:
    assert spiked_finite.risk([1], [1], 1, 1, "self") == 208
    assert spiked_finite.points([1], 1, 1, "self") == [(Fraction(16, 25), Fraction(1, 25))]


@pytest.mark.parametrize("query", ["fresh", "self"])
def test_its_limits_are_those_of_one_covariance_and_of_an_infinite_prompt(query: str) -> None:
    spectrum, parameter = [2, 1], [1, Fraction(1, 2)]
    fixed = finite_prompt.fresh_risk if query == "fresh" else finite_prompt.self_risk
    assert abs(spiked_finite.risk(spectrum, parameter, FAR, 3, query) - fixed(spectrum, parameter, 3)) < NEAR
    infinite = spiked_prompt.risk(spectrum, parameter, 3)
    assert abs(spiked_finite.risk(spectrum, parameter, 3, FAR, query) - infinite) < NEAR


def test_tokens_and_columns_enter_a_self_query_alike() -> None:
    spectrum, parameter = [2, 1], [1, Fraction(1, 2)]
    one, other = (spiked_finite.risk(spectrum, parameter, *sizes, "self") for sizes in ((2, 5), (5, 2)))
    assert one == other
    one, other = (spiked_finite.risk(spectrum, parameter, *sizes, "fresh") for sizes in ((2, 5), (5, 2)))
    assert one != other


def test_bad_input() -> None:
    with pytest.raises(ValueError, match='query must be "fresh" or "self"'):
        spiked_finite.risk([1], [1], 1, 1, "other")
    with pytest.raises(ValueError, match="prompt length L must be an integer of at least 1"):
        spiked_finite.points([1], 1, 0, "self")
    with pytest.raises(ValueError, match="n must be an integer of at least 1"):
        spiked_finite.points([1], 0, 1, "self")
