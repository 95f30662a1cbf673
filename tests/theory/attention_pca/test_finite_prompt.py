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
