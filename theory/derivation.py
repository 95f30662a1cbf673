r"""Derivations as data: a list of steps, each of which says what stands behind it.

``exact``      an identity whose two sides agree in the field of rational functions $\mathbb{Q}(\text{parameters})$;
``argument``   a step of reasoning in prose (an inequality, an independence, a limit theorem), for a reader to check;
``certified``  a number enclosed by outward-rounded arithmetic;
``heuristic``  a step that is not a proof, and says so;
``definition`` names for what follows, nothing claimed.

The statement of an exact step is the identity that is compared and no more: what follows from it is an argument.
A step only states what was computed; which verdict follows is for the court.
"""

from dataclasses import dataclass

from sympy import QQ, Expr, Float, sstr, sympify
from sympy.polys.polyerrors import CoercionFailed


@dataclass(frozen=True)
class Step:
    """One step: its kind, what it states, and for an exact one both sides and the normal form of their difference."""

    kind: str
    statement: str
    residual: str | None = None
    left: str | None = None
    right: str | None = None


@dataclass(frozen=True)
class Derivation:
    """The formula arrived at, in words or LaTeX, and the steps that lead there."""

    result: str
    steps: tuple[Step, ...]


def exact(statement: str, left: Expr | int, right: Expr | int) -> Step:
    r"""Compare two rational functions of their symbols as elements of the fraction field over $\mathbb{Q}$.

    Errors: ``ValueError`` if a side is not a rational function (has a root, an exponential, a non-commuting letter) or
    holds a float.
    Worked value: ``exact("…", (x**2 - 1)/(x - 1), x + 1).residual`` is ``"0"``.
    """
    left, right = sympify(left), sympify(right)
    if left.has(Float) or right.has(Float):
        raise ValueError(f"step {statement!r} holds a rounded number; exact steps are between exact ones")
    symbols = sorted(left.free_symbols | right.free_symbols, key=str)
    field = QQ.frac_field(*symbols) if symbols else QQ
    try:
        residual = field.from_sympy(left) - field.from_sympy(right)
    except (CoercionFailed, ValueError) as error:
        raise ValueError(f"step {statement!r} is not between rational functions: {error}") from None
    return Step("exact", statement, sstr(field.to_sympy(residual)), sstr(left), sstr(right))


def definition(statement: str) -> Step:
    """Introduce names."""
    return Step("definition", statement)


def certified(statement: str, holds: bool) -> Step:
    """Record what outward-rounded arithmetic has shown; ``ArithmeticError`` if it has not."""
    if not holds:
        raise ArithmeticError(f"not certified: {statement}")
    return Step("certified", statement)


def argument(statement: str) -> Step:
    """Record a step of reasoning."""
    return Step("argument", statement)


def heuristic(statement: str) -> Step:
    """Record a step that is not a proof; the statement says what is missing."""
    return Step("heuristic", statement)
