"""Conditions on learned values."""

from fractions import Fraction

from theory.kernel_pca.learned_values import alignment, conditions, derivation


def test_every_exact_step_holds() -> None:
    assert {step.residual for step in derivation().steps if step.kind == "exact"} == {"0"}


def test_worked_values() -> None:
    assert alignment() == alignment(Fraction(-7), Fraction(3, 5)) == 1
    assert list(conditions().values()) == [1, 1, 0, 0, 0]
