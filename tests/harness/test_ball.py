from fractions import Fraction

import pytest
from flint import arb

from checks.harness.ball import Ball, ball, by_quantity, upper


@pytest.mark.parametrize("number", [Fraction(1, 3), Fraction(2, 3), Fraction(10**30 + 1, 7), 2**60 + 1])
def test_a_ball_contains_the_rational_it_is_made_of(number: Fraction) -> None:
    made = ball(number)
    assert abs(Fraction(made.value) - number) <= Fraction(made.radius) <= abs(number) / 2**52


def test_an_integer_that_is_a_float_has_no_radius() -> None:
    assert ball(3) == Ball(3.0, 0.0)


def test_an_enclosure_keeps_its_radius() -> None:
    made = ball(arb(2).sqrt())
    assert abs(made.value - 2**0.5) <= made.radius < 1e-14
    assert ball(made) is made


def test_a_bare_float_is_refused_because_its_error_is_unknown() -> None:
    with pytest.raises(TypeError, match="must carry its error"):
        ball(0.1)


@pytest.mark.parametrize("bad", [arb("nan"), arb("inf")])
def test_what_is_not_finite_is_refused(bad: arb) -> None:
    with pytest.raises(ValueError, match="finite"):
        ball(bad)


@pytest.mark.parametrize(("value", "radius"), [(float("nan"), 0.0), (0.0, -1.0), (0.0, float("inf"))])
def test_a_ball_needs_a_finite_centre_and_a_radius(value: float, radius: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        Ball(value, radius)


def test_upper_bounds_the_absolute_value() -> None:
    assert Fraction(upper(Fraction(-1, 3))) >= Fraction(1, 3)
    assert upper(Ball(-1.0, 0.5)) == 1.5
    assert upper(0) == 0


def test_quantities_are_named() -> None:
    assert by_quantity(1) == {"": 1}
    assert by_quantity([1, 2]) == {"[0]": 1, "[1]": 2}
    assert by_quantity({"a": 1}) == {"a": 1}
