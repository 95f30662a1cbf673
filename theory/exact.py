"""Numbers as exact rationals: a float is one, and a prediction made of rationals has no rounding error."""

from collections.abc import Iterable
from fractions import Fraction
from numbers import Integral

from sympy import Expr, Rational

Number = int | float | Fraction


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


def prompt_length(length: Integral | int) -> int:
    """Return the prompt length L; ``ValueError`` unless it is an integer of at least 1."""
    if not isinstance(length, Integral) or length < 1:
        raise ValueError(f"prompt length L must be an integer of at least 1, not {length!r}")
    return int(length)


def evaluate(formula: Expr, values: dict[Expr, Fraction | int]) -> Fraction:
    """Return a rational ``formula`` at rational ``values``, exactly; ``ValueError`` if a symbol is left.

    Worked value: x/3 at x = 1/2 is ``Fraction(1, 6)``.
    """
    result = formula.subs({symbol: Rational(Fraction(value)) for symbol, value in values.items()})
    if not result.is_Rational:
        raise ValueError(f"{formula} is not a rational number at {values}")
    return Fraction(int(result.p), int(result.q))
