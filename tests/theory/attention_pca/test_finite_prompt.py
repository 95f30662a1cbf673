from fractions import Fraction
from itertools import pairwise

import pytest

from theory.attention_pca import finite_prompt, objective


def test_every_exact_step_holds() -> None:
    steps = [step for step in finite_prompt.derivation().steps if step.kind == "exact"]
    assert [step.residual for step in steps] == ["0"] * 4


def test_worked_value() -> None:
    assert finite_prompt.fresh_risk([2, 1], [1, 1], 1) == 50


def test_one_key_in_one_dimension_by_hand() -> None:
    # E(q − q z²)² for q, z ~ N(0, 1) is 1 − 2 + 3.
    assert finite_prompt.fresh_risk([1], [1], 1) == 2


def test_the_risk_falls_to_that_of_the_infinite_prompt() -> None:
    limit = objective.risk([2, 1], [1, Fraction(1, 2)])
    excess = [finite_prompt.fresh_risk([2, 1], [1, Fraction(1, 2)], 10**k) - limit for k in range(6)]
    assert all(larger == 10 * smaller for larger, smaller in pairwise(excess))


def test_a_prompt_needs_a_key() -> None:
    with pytest.raises(ValueError, match="L must be an integer of at least 1"):
        finite_prompt.fresh_risk([1], [1], 0)


@pytest.mark.parametrize("derivation", [finite_prompt.fresh_derivation, finite_prompt.self_derivation])
def test_every_exact_step_of_both_queries_holds(derivation) -> None:
    residuals = [step.residual for step in derivation().steps if step.kind == "exact"]
    assert residuals == ["0"] * len(residuals) != []


def test_a_key_as_query_by_hand() -> None:
    assert finite_prompt.self_risk([2, 1], [1, 1], 1) == 226
    assert finite_prompt.self_risk([1], [1], 1) == 1 - 2 * 3 + 15  # E(z − z³)²


@pytest.mark.parametrize("length", [1, 2, 5])
def test_in_one_dimension_a_self_query_has_chi_square_moments(length: int) -> None:
    # The mean over the keys is S(1 − S m²)² with L S ~ χ²_L.
    first, second, third = (
        Fraction(length * (length + 2) * (length + 4), length**3) if k == 3 else Fraction(length + 2 * (k - 1), length)
        for k in (1, 2, 3)
    )
    square = Fraction(9, 4)
    expected = first - 2 * square * second + square**2 * third
    assert finite_prompt.self_risk([1], [Fraction(3, 2)], length) == expected


def test_both_risks_are_of_the_form_that_their_coefficients_say() -> None:
    for query, formula in (("fresh", finite_prompt.FRESH_RISK), ("self", finite_prompt.SELF_RISK)):
        assert (finite_prompt.FORMS[query].risk - formula).expand() == 0


def test_there_are_two_queries() -> None:
    with pytest.raises(ValueError, match='query must be "fresh" or "self"'):
        finite_prompt.form_of("other")
