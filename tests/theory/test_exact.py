from fractions import Fraction

import numpy as np
import pytest
from flint import acb, arb
from sympy import Rational, Symbol, sin, sqrt, symbols

from theory import exact

x = Symbol("x")


@pytest.mark.parametrize("number", [0.1, Fraction(1, 3), 7, np.float64(0.1)])
def test_a_float_is_the_rational_that_it_is(number: float) -> None:
    assert exact.rational(number, "x") == Fraction(number)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), "a", None])
def test_what_is_not_a_finite_number_is_refused(bad: object) -> None:
    with pytest.raises(ValueError, match="x must be a finite real number"):
        exact.rational(bad, "x")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("bad", "complaint"),
    [
        ([], "d must be at least 1"),
        ([1, float("nan")], r"spectrum\[1\] must be a finite"),
        ([1, -1], "non-negative"),
        ([1, 2], "descending"),
    ],
)
def test_a_spectrum_is_non_empty_finite_non_negative_and_descending(bad: list[float], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        exact.spectrum(bad)


def test_a_vector_has_an_entry_for_each_eigenvalue() -> None:
    with pytest.raises(ValueError, match="must have 2 entries"):
        exact.vector([1], "parameter", length=2)


@pytest.mark.parametrize("bad", [0, -1, 1.0, "4"])
def test_a_prompt_has_at_least_one_key(bad: object) -> None:
    with pytest.raises(ValueError, match="L must be an integer of at least 1"):
        exact.prompt_length(bad)  # type: ignore[arg-type]


def test_an_integer_of_numpy_is_one() -> None:
    assert exact.prompt_length(np.int64(4)) == 4


def test_formulas_are_evaluated_exactly() -> None:
    assert exact.evaluate(x / 3, {x: Fraction(1, 2)}) == Fraction(1, 6)


def test_a_symbol_left_over_is_an_error() -> None:
    with pytest.raises(ValueError, match="not a polynomial with rational coefficients"):
        exact.evaluate(x / 3, {})


def test_a_polynomial_is_enclosed() -> None:
    x, y = symbols("x y")
    assert exact.enclose(x**2 / 3, {x: arb(3)}).contains(3)
    assert exact.enclose(x**2 * y - Rational(1, 2), {y: acb(0, 1), x: acb(2)}) == acb(-0.5, 4)
    assert exact.enclose(x / 3, {x: arb(1)}).overlaps(1 / arb(3))


@pytest.mark.parametrize("wrong", ["sin", "float", "other"])
def test_only_polynomials_with_rational_coefficients_are(wrong: str) -> None:
    x, y = symbols("x y")
    formula = {"sin": sin(x), "float": sqrt(2) * x, "other": x * y}[wrong]
    with pytest.raises(ValueError, match="not a polynomial with rational coefficients in x"):
        exact.enclose(formula, {x: arb(1)})


def test_a_count_is_named_where_it_is_refused() -> None:
    assert exact.count(3, "n") == 3
    with pytest.raises(ValueError, match="sample size n must be an integer of at least 1, not 0"):
        exact.count(0, "sample size n")
