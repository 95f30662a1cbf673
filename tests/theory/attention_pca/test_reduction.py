"""The reduced risk against the linear head's known one."""

from fractions import Fraction

import pytest

from theory.attention_pca import finite_prompt, gated_heads, reduction


def test_every_exact_step_holds() -> None:
    steps = [step for step in reduction.derivation().steps if step.kind == "exact"]
    assert steps
    assert {step.residual for step in steps} == {"0"}


def test_worked_values() -> None:
    assert reduction.risk([2, 1], [1, 1], reduction.Parts(Fraction(1), Fraction(1, 2), Fraction(0))) == 2


@pytest.mark.parametrize("length", [1, 2, 7])
def test_the_linear_head_has_its_known_risk(length: int) -> None:
    spectrum, parameter = [2, 1, Fraction(1, 2)], [Fraction(1, 2), 1, Fraction(-1, 3)]
    form = Fraction(1, 2) + 1 + Fraction(1, 18)
    found = reduction.risk(spectrum, parameter, gated_heads.parts("linear", form, length, "fresh"))
    assert found == finite_prompt.fresh_risk(spectrum, parameter, length)


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match=r"must|needs"):
        reduction.risk([1], [0], reduction.Parts(Fraction(0), Fraction(1), Fraction(0)))
