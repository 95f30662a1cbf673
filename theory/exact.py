"""Numbers as exact rationals: a float is one, and a prediction made of rationals has no rounding error."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cache
from math import prod
from numbers import Integral
from typing import Any

from flint import arb
from sympy import Expr, Poly, Symbol
from sympy.polys.polyerrors import BasePolynomialError

Number = int | float | Fraction

_NONE = Symbol("")  # so that a number is a polynomial too


def rational(value: Number, name: str) -> Fraction:
    """Return ``value`` as the rational that it is; ``ValueError`` if not a finite number.

    Worked value: ``rational(0.1, "x")`` is 3602879701896397/36028797018963968, not 1/10.
    """
    try:
        return Fraction(value)
    except (OverflowError, ValueError, TypeError):
        raise ValueError(f"{name} must be a finite real number, not {value!r}") from None


def vector(values: Iterable[Number], name: str, *, length: int | None = None) -> list[Fraction]:
    """Return ``values`` as rationals; ``ValueError`` if one is not finite, none is there or ``length`` differs."""
    entries = [rational(value, f"{name}[{i}]") for i, value in enumerate(values)]
    if not entries:
        raise ValueError(f"{name} is empty: the dimension d must be at least 1")
    if length is not None and len(entries) != length:
        raise ValueError(f"{name} must have {length} entries, one for each eigenvalue, not {len(entries)}")
    return entries


def spectrum(values: Iterable[Number]) -> list[Fraction]:
    """Return the eigenvalues of a covariance, descending; ``ValueError`` if one is negative or out of order."""
    eigenvalues = vector(values, "spectrum")
    if min(eigenvalues) < 0:
        raise ValueError(f"spectrum must be non-negative (Σ is a covariance), not {min(eigenvalues)}")
    if sorted(eigenvalues, reverse=True) != eigenvalues:
        raise ValueError("spectrum must be in descending order")
    return eigenvalues


def count(value: Integral | int, name: str) -> int:
    """Return ``value`` as an int; ``ValueError`` unless it is an integer of at least 1.

    Worked value: ``count(3, "n")`` is 3.
    """
    if not isinstance(value, Integral) or value < 1:
        raise ValueError(f"{name} must be an integer of at least 1, not {value!r}")
    return int(value)


def prompt_length(length: Integral | int) -> int:
    """Return the prompt length L; ``ValueError`` unless it is an integer of at least 1."""
    return count(length, "prompt length L")


def enclosed(number: Fraction) -> arb:
    """Return a ball that contains a rational. Worked value: 1/3 becomes 0.333… ± 1e-16."""
    return arb(number.numerator) / number.denominator


def root(number: Fraction) -> arb:
    """Return a ball that contains the square root of a rational ≥ 0. Worked value: 1/4 becomes 1/2."""
    return enclosed(number).sqrt()


def enclose(polynomial: Expr, values: dict[Symbol, Any]) -> Any:
    """Return a polynomial with rational coefficients at ``arb`` or ``acb`` balls, by ball arithmetic.

    Errors: ``ValueError`` if it is not a polynomial in the symbols of ``values``. Worked value: x²/3 at the ball 3 is
    the ball 3.
    """
    balls = list(values.values())
    total = arb(0)
    for factors, coefficient in _terms(polynomial, tuple(values)):
        term = enclosed(coefficient)
        for i in factors:
            term = term * balls[i]
        total = total + term
    return total


@cache
def _terms(polynomial: Expr, symbols: tuple[Symbol, ...]) -> list[tuple[list[int], Fraction]]:
    """Return the terms: the numbers of the symbols that are their factors, each as often as it occurs."""
    try:
        terms = Poly(polynomial, *symbols, _NONE, domain="QQ").terms()
    except BasePolynomialError:
        names = ", ".join(map(str, symbols))
        raise ValueError(f"{polynomial} is not a polynomial with rational coefficients in {names}") from None
    return [
        ([i for i, power in enumerate(powers) for _ in range(power)], Fraction(int(number.p), int(number.q)))
        for powers, number in terms
    ]


def evaluate(formula: Expr, values: Mapping[Expr, Fraction | int]) -> Fraction:
    """Return a rational ``formula`` at rational ``values``, exactly.

    Errors: ``ValueError`` if it is not a rational function, with rational coefficients, of the symbols in ``values``;
    ``ZeroDivisionError`` at a pole. Worked value: x/3 at x = 1/2 is ``Fraction(1, 6)``.
    """
    point = [Fraction(value) for value in values.values()]

    def at_point(polynomial: Expr) -> Fraction:
        terms = _terms(polynomial, tuple(values))
        return sum((coefficient * prod(point[i] for i in factors) for factors, coefficient in terms), Fraction(0))

    above, below = _fraction(formula)
    return at_point(above) / at_point(below)


@cache
def _fraction(formula: Expr) -> tuple[Expr, Expr]:
    numerator, denominator = formula.together().as_numer_denom()
    return numerator, denominator
