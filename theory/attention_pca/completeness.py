r"""Completeness for concrete spectra: all stationary points counted in exact arithmetic and isolated by balls.

Where eigenvalues are simple the stationary points outside ker Σ are the roots of a polynomial system. Their number,
complex ones and multiplicities included, is the dimension of a quotient ring, which a Gröbner basis gives; Krawczyk's
test encloses as many real ones. Repeated eigenvalues are treated by eigenspace: the radius of the part of μ in each.
"""

from collections.abc import Iterable
from fractions import Fraction
from itertools import combinations, product
from math import isqrt

from flint import arb, arb_mat
from sympy import QQ, Expr, Rational, Symbol, groebner, symbols

from .. import exact as exactly
from ..derivation import Derivation, Step, argument, certified, exact
from ..exact import Number, enclose, enclosed
from .gradient import BRACKET, a, b, coordinate, eigenvalue

SPECTRA: tuple[tuple[Number, ...], ...] = (
    (3,),
    (2, 1),
    (3, 2, 1),
    (1, Fraction(3, 4), Fraction(1, 4)),
    (Fraction(7, 2), 2, 1, Fraction(1, 4)),
    (5, 4, 3, 2, 1),
    (2, 2, 1),
    (3, 1, 1, Fraction(1, 2), 0),
)


def system(eigenvalues: list[Fraction]) -> tuple[list[Expr], list[Symbol]]:
    """Return the d equations in the radii of the eigenspaces, and the radii; the eigenvalues are distinct, positive."""
    radii = list(symbols(f"r1:{len(eigenvalues) + 1}"))
    values = [Rational(value.numerator, value.denominator) for value in eigenvalues]
    square = sum(value**2 * radius**2 for value, radius in zip(values, radii, strict=True))
    form = sum(value * radius**2 for value, radius in zip(values, radii, strict=True))
    equation = coordinate * BRACKET
    return [
        equation.subs({eigenvalue: value, coordinate: radius}).subs({a: square, b: form}).expand()
        for value, radius in zip(values, radii, strict=True)
    ], radii


def root_count(equations: list[Expr], radii: list[Symbol], *, saturated: Expr) -> int | None:
    """Return the number of complex roots with multiplicity where ``saturated`` ≠ 0; None if they are infinitely many.

    It is the number of monomials that no leading monomial of the Gröbner basis divides.
    """
    inverse = Symbol("w")
    basis = groebner([*equations, inverse * saturated - 1], inverse, *radii, order="grevlex", domain=QQ)
    if not basis.is_zero_dimensional:
        return None
    leading = [polynomial.monoms(order="grevlex")[0] for polynomial in basis.polys]
    powers = [[e[i] for e in leading if sum(e) == e[i]] for i in range(len(radii) + 1)]
    return sum(
        not any(all(x >= y for x, y in zip(monomial, lead, strict=True)) for lead in leading)
        for monomial in product(*(range(min(pure)) for pure in powers))
    )


def isolated(equations: list[Expr], radii: list[Symbol], centre: list[Fraction], radius: Fraction) -> bool:
    """Tell whether the box of that radius around a point holds exactly one root, by Krawczyk's test in ball arithmetic.

    K = m − Y F(m) + (I − Y J(X)) (X − m) has to lie inside the box X, m its centre and Y an inverse of J(m). Source:
    R. E. Moore, SIAM J. Numer. Anal. 14 (1977), on the operator of R. Krawczyk, doi:10.1007/BF02234767.
    Worked value: r² − 2 has exactly one root within 1/10 of 7/5.
    """
    d = len(radii)
    jacobian = [[equation.diff(symbol) for symbol in radii] for equation in equations]
    point = dict(zip(radii, map(enclosed, centre), strict=True))
    wide = arb(0, enclosed(radius))
    box = {symbol: value + wide for symbol, value in point.items()}
    at_centre = arb_mat([[enclose(entry, point) for entry in row] for row in jacobian])
    try:
        inverse = at_centre.inv()
    except ZeroDivisionError:
        return False
    slope = arb_mat([[enclose(entry, box) for entry in row] for row in jacobian])
    identity = arb_mat([[int(i == j) for j in range(d)] for i in range(d)])
    step = inverse * arb_mat([[enclose(equation, point)] for equation in equations])
    spread = (identity - inverse * slope) * arb_mat([[wide]] * d)
    return all(abs(spread[i, 0] - step[i, 0]) < wide.rad() for i in range(d))


def _count(eigenvalues: list[Fraction]) -> int | None:
    equations, radii = system(eigenvalues)
    square = sum(
        Rational(value.numerator, value.denominator) ** 2 * radius**2
        for value, radius in zip(eigenvalues, radii, strict=True)
    )
    return root_count(equations, radii, saturated=square)


def _roots(eigenvalues: list[Fraction]) -> int:
    """Return how many of the points ± e_k/√λ_k are isolated in boxes; 0 if two of these meet."""
    equations, radii = system(eigenvalues)
    boxes = []
    for k, value in enumerate(eigenvalues):
        root = Fraction(isqrt(int(value.denominator * 10**24 // value.numerator)), 10**12)  # 1/√λ to 12 digits
        for sign in (1, -1):
            boxes.append(([sign * root * (j == k) for j in range(len(eigenvalues))], root / 10**6))
    if not all(_apart(one, another) for one, another in combinations(boxes, 2)):
        return 0
    return sum(isolated(equations, radii, centre, radius) for centre, radius in boxes)


def _apart(one: tuple[list[Fraction], Fraction], another: tuple[list[Fraction], Fraction]) -> bool:
    return any(abs(x - y) > one[1] + another[1] for x, y in zip(one[0], another[0], strict=True))


def derivation() -> Derivation:
    """Count and isolate the stationary points of every spectrum in ``SPECTRA``."""
    steps: list[Step] = [
        argument(
            "The equations of A1.3 in an eigenbasis; a rotation within an eigenspace changes none of them, so the part "
            "of μ in each eigenspace with λ > 0 may be taken along one vector: its radius r is the unknown, and a root "
            "±r is a sphere of stationary points. Real points outside ker Σ have a > 0, so the roots with a ≠ 0 are "
            "counted: w a = 1 with another unknown w. (Without it a = 0, b = 2 are complex solutions, and for three "
            "eigenvalues or more infinitely many.)"
        )
    ]
    for spectrum in SPECTRA:
        distinct = _distinct(spectrum)
        name = ", ".join(map(str, spectrum))
        number = _count(distinct)
        steps += [
            exact(
                f"spectrum ({name}): the quotient ring has the dimension {2 * len(distinct)}, the number of roots",
                -1 if number is None else number,
                2 * len(distinct),
            ),
            certified(
                f"spectrum ({name}): each of {2 * len(distinct)} disjoint boxes around ± e_k/√λ_k holds exactly one",
                _roots(distinct) == 2 * len(distinct),
            ),
        ]
    steps.append(argument("As many isolated real roots as there are roots: these are all, and each is simple."))
    return Derivation(
        result="for these spectra, repeated and zero eigenvalues among them, the stationary points are 0 and v/√λ only",
        steps=tuple(steps),
    )


def _distinct(spectrum: Iterable[Number]) -> list[Fraction]:
    return sorted({value for value in exactly.spectrum(spectrum) if value > 0}, reverse=True)


def stationary_count(spectrum: Iterable[Number]) -> int:
    """Return the number of stationary points for a simple positive spectrum: the counted roots and 0.

    ``spectrum``: d ≤ 6 eigenvalues of Σ, descending; ``ValueError`` if one is repeated or 0, or d > 6, where the
    Gröbner basis takes long. Source: arXiv:2605.18315 (reconstruction). Worked value: spectrum (2, 1) gives 5.
    """
    eigenvalues = exactly.spectrum(spectrum)
    if _distinct(eigenvalues) != eigenvalues or len(eigenvalues) > 6:
        raise ValueError("stationary points are counted for simple positive spectra of at most 6 eigenvalues")
    number = _count(eigenvalues)
    if number is None:
        raise ArithmeticError("there are infinitely many roots")
    return number + 1
