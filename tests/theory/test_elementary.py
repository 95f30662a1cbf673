import mpmath
import pytest
from flint import arb
from sympy import Float, Rational, cos, cosh, exp, sinh, sqrt, symbols

from theory.elementary import enclosure

x, y = symbols("x y", real=True)


def test_the_worked_value() -> None:
    assert enclosure(exp(x) / 2, {x: arb(0)}) == arb("0.5")


@pytest.mark.parametrize("at", [-2.5, 0.125, 3.0])
def test_against_mpmath(at: float) -> None:
    expression = (cosh(2 * x) - sinh(x) ** 3 + Rational(1, 3)) / (1 + exp(x * y) + sqrt(y)) ** 2 + x ** Rational(-2)
    with mpmath.workdps(30):
        z, v = mpmath.mpf(at), mpmath.mpf("0.75")
        right = (mpmath.cosh(2 * z) - mpmath.sinh(z) ** 3 + mpmath.mpf(1) / 3) / (
            1 + mpmath.exp(z * v) + mpmath.sqrt(v)
        ) ** 2 + z**-2
    found = enclosure(expression, {x: arb(at), y: arb("0.75")})
    assert float(found.rad()) < 1e-12
    assert found.overlaps(arb(mpmath.nstr(right, 25)))


def test_a_wide_ball_is_kept_wide() -> None:
    found = enclosure(x * x - x, {x: arb(0.5, 0.5)})
    assert all(found.contains(arb(value)) for value in (0, "-0.25"))


@pytest.mark.parametrize("expression", [x + y, cos(x), Float(0.5) * x, x**y])
def test_what_has_no_value_is_refused(expression) -> None:
    with pytest.raises(ValueError, match="no value for"):
        enclosure(expression, {x: arb(1)})
