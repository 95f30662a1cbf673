from fractions import Fraction

import pytest
from flint import arb

from checks.harness.ball import Ball
from checks.harness.mutants import changed, scaled, shifted, swapped, without
from checks.harness.verdict import ClaimError


def ratio(n, d):
    return Fraction(n, d)


def test_worked_values():
    case = {"n": 3, "d": 2}
    assert scaled(ratio, 2)(**case) == 3
    assert without(ratio, lambda n, d: 1)(**case) == Fraction(1, 2)
    assert shifted(ratio, n=1)(**case) == 2
    assert swapped(ratio, "n", "d")(**case) == Fraction(2, 3)
    assert changed(ratio, n=lambda n: n**2)(**case) == Fraction(9, 2)


def test_every_form_of_a_prediction_is_changed_entry_by_entry():
    assert scaled(lambda: {"a": 1, "b": [0][0]}, Fraction(1, 2))() == {"a": Fraction(1, 2), "b": 0}
    assert scaled(lambda: [1, 2], 3)() == [3, 6]
    assert scaled(lambda: Ball(1.0, 0.5), -2)() == Ball(-2.0, 1.0)
    assert scaled(lambda: arb(3), Fraction(1, 2))() == arb("1.5")
    assert without(lambda: {"a": 1, "b": 2}, lambda: {"b": 1})() == {"b": 1}
    assert without(lambda: [1, 2], lambda: [1, 1])() == [0, 1]
    assert without(lambda: Ball(1.0, 0.1), lambda: Ball(0.5, 0.1))() == Ball(0.5, 0.2)


def test_a_misspelt_parameter_is_an_error():
    with pytest.raises(ClaimError, match="a mutant changes length, but the case has n, d"):
        shifted(ratio, length=1)(n=1, d=2)
