r"""Eigenvalues and eigenvectors of symmetric tridiagonal matrices: pivots, Laguerre's iteration, certified numbers."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb, ctx, fmpq, fmpq_poly
from sympy import Expr, symbols

from ..derivation import Derivation, argument, definition, exact
from ..exact import Number
from ..exact import vector as rationals

_BITS = 320  # of working precision: eigenvalues are isolated, and what is computed of them keeps some 80 digits


def derivation() -> Derivation:
    """Derive the pivots, what they tell of the top eigenpair, and Laguerre's iteration on them."""
    x, t, s, above, below, minor, next_below, previous = symbols("x t s s₋ D₊ U D₊₊ U₋")
    after, slope, bend, shift = symbols("q₊ q₊′ q₊″ ε")
    pivot = (x + shift) - t - s / (after + slope * shift + bend * shift**2 / 2)

    def at_zero(expression: Expr) -> Expr:
        return expression.subs(shift, 0)

    log_slope, curvature = slope / after, (slope / after) ** 2 - bend / after
    found_slope = at_zero(pivot.diff(shift) / pivot)
    found_curvature = at_zero((pivot.diff(shift) / pivot) ** 2 - pivot.diff(shift).diff(shift) / pivot)
    rows, y, first, second = symbols("N y S₁ S₂")
    whole = (x - t) * minor * below - above * previous * below - s * minor * next_below
    from_above, from_below = (x - t) - above * previous / minor, (x - t) - s * next_below / below
    return Derivation(
        result="λ_1 as the limit of Laguerre's iteration from above; v_k² = U_k D_{k+1}/D_0′ at λ_1",
        steps=(
            definition(
                "T has the diagonal t_i and s_i = T[i, i+1]², 0 ≤ i < N. D_i = det(x − T) of the rows from i on, U_i "
                "that of the rows before i, D_N = U_0 = 1; q_i = x − t_i − s_i/q_{i+1}, q_{N−1} = x − t_{N−1}."
            ),
            argument("Expanding along a row: D_i = (x − t_i)D_{i+1} − s_i D_{i+2}, and so from the other end."),
            exact(
                "x − t − s/(D₊/D₊₊) = ((x − t)D₊ − sD₊₊)/D₊, with D₊ = D_{i+1} and D₊₊ = D_{i+2}",
                x - t - s / (below / next_below),
                ((x - t) * below - s * next_below) / below,
            ),
            argument(
                "So q_i = D_i/D_{i+1}, D_0 = Π q_i, and the first entry of (x − T)^{-1} is D_1/D_0 = 1/q_0 = "
                "Σ_j w_j/(x − λ_j), w_j the squared first component of the j-th eigenvector; likewise the k-th "
                "diagonal entry is U_k D_{k+1}/D_0. The residues at a simple eigenvalue λ: w = 1/q_0′ and "
                "v_k² = U_k D_{k+1}/D_0′ there."
            ),
            argument(
                "x is above all eigenvalues iff all q_i > 0 (x − T is positive definite). There S₁ = Σ q_i′/q_i and "
                "S₂ = −Σ (q_i′/q_i)′ are the derivatives of log D_0: S₁ = Σ_j 1/(x − λ_j), S₂ = Σ_j 1/(x − λ_j)²."
            ),
            exact(
                "q_i′/q_i = (1 + (s/q₊)(q₊′/q₊))/q_i",
                found_slope,
                (1 + s / after * log_slope) / at_zero(pivot),
            ),
            exact(
                "−(q_i′/q_i)′ = (s/q₊)((q₊′/q₊)² − (q₊′/q₊)′)/q_i + (q_i′/q_i)²",
                found_curvature,
                s / after * (log_slope**2 + curvature) / at_zero(pivot) + found_slope**2,
            ),
            argument(
                "Laguerre: for x > λ_1 and y = 1/(x − λ_1), Cauchy's inequality for the other N − 1 terms is "
                "(S₁ − y)² ≤ (N − 1)(S₂ − y²)."
            ),
            exact(
                "N((S₁ − y)² − (N − 1)(S₂ − y²)) = (Ny − S₁)² − R² with R² = (N − 1)(NS₂ − S₁²)",
                rows * ((first - y) ** 2 - (rows - 1) * (second - y**2)),
                (rows * y - first) ** 2 - (rows - 1) * (rows * second - first**2),
            ),
            argument(
                "So |Ny − S₁| ≤ R and y ≤ (S₁ + R)/N: the step N/(S₁ + R) from x does not pass λ_1. As S₁ ≤ Ny and "
                "S₂ ≤ Ny², it is at least (x − λ_1)/N: the iterates fall to λ_1 from any x above it. "
                "(Near a simple λ_1, R = (N − 1)y + O(1): the error is cubed.)"
            ),
            exact(
                "((x − t)UD₊ − s₋U₋D₊ − sUD₊₊)/(UD₊) = p_k + q_k − (x − t_k), with the pivots "
                "p_k = (x − t) − s₋U₋/U from above and q_k = (x − t) − sD₊₊/D₊",
                whole / (minor * below),
                from_above + from_below - (x - t),
            ),
            argument(
                "That is D_0/(U_k D_{k+1}), one over a diagonal entry of (x − T)^{-1}: near λ it is least where v_k² "
                "is largest. From that row k the rows of (λ − T)v = 0, eliminated from the far end, give the others: "
                "v_{i+1}² = s_i v_i²/q_{i+1}² for i ≥ k, and upwards the same with p. No difference is taken of "
                "numbers that the eigenvector does not make small."
            ),
        ),
    )


@dataclass(frozen=True)
class Tridiagonal:
    """A symmetric tridiagonal matrix: its diagonal, shape (N,), and the squares of T[i, i+1], shape (N − 1,)."""

    diagonal: tuple[Fraction, ...]
    squares: tuple[Fraction, ...]

    @classmethod
    def of(cls, diagonal: Iterable[Number], couplings: Iterable[Number]) -> "Tridiagonal":
        """Make it of N diagonal entries and N couplings T[i, i+1], the last of which couples to nothing.

        ``ValueError`` if an entry is not finite or the lengths differ. Worked value: (2, 2) with (1, 0) is the matrix
        with the eigenvalues 3 and 1.
        """
        entries = rationals(diagonal, "diagonal")
        beside = rationals(couplings, "couplings", length=len(entries))
        return cls(tuple(entries), tuple(coupling**2 for coupling in beside[:-1]))

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.diagonal)

    def block(self, first: int, end: int) -> "Tridiagonal":
        """Return the rows and columns from ``first`` on, before ``end``."""
        return Tridiagonal(self.diagonal[first:end], self.squares[first : max(first, end - 1)])

    def characteristic(self) -> fmpq_poly:
        """Return det(x − T), exactly, by the three-term recursion; 1 if there is no row."""
        x, before, value = fmpq_poly([0, 1]), fmpq_poly([0]), fmpq_poly([1])
        for entry, square in zip(self.diagonal, (Fraction(0), *self.squares), strict=False):
            before, value = value, (x - _rational(entry)) * value - _rational(square) * before
        return value

    def eigenvalues(self) -> list[arb]:
        """Return enclosures of the eigenvalues, descending, each as often as its multiplicity."""
        roots: list[Any] = self.characteristic().numer().complex_roots() if len(self) else []
        found = [root.real for root, multiplicity in roots for _ in range(multiplicity)]
        return sorted(found, key=lambda root: root.mid(), reverse=True)

    def squared_component(self, eigenvalue: arb, k: int) -> arb:
        """Return v_k² = U_k D_{k+1}/D_0′ of the unit eigenvector of a simple ``eigenvalue``."""
        before, after = self.block(0, k).characteristic(), self.block(k + 1, len(self)).characteristic()
        return at(before * after, eigenvalue) / at(self.characteristic().derivative(), eigenvalue)


@dataclass(frozen=True)
class Extreme:
    """A top eigenvalue, the squared first and last component of its unit eigenvector, and its distance to the next."""

    eigenvalue: arb
    first: arb
    last: arb
    gap: arb


def top(diagonal: Iterable[Number], couplings: Iterable[Number]) -> Extreme:
    """Return the top eigenpair of a tridiagonal matrix with a simple top eigenvalue, all numbers as enclosures.

    Shapes and errors as ``Tridiagonal.of``; ``ValueError`` too if the eigenvalue is not simple. For one row the gap is
    infinite. Source: B. N. Parlett, The Symmetric Eigenvalue Problem, doi:10.1137/1.9781611971163. Worked value: the
    diagonal (2, 2) with the coupling 1 has the eigenvalue 3, both components squared 1/2, and the gap 2.
    """
    T = Tridiagonal.of(diagonal, couplings)
    with precision():
        values = T.eigenvalues()
        gap = values[0] - values[1] if len(values) > 1 else arb("inf")
        if not gap > 0:
            raise ValueError("the top eigenvalue must be simple, or its eigenvector is not defined")
        return Extreme(values[0], T.squared_component(values[0], 0), T.squared_component(values[0], len(T) - 1), gap)


@contextmanager
def precision() -> Iterator[None]:
    """Work with so many bits that the numbers of small matrices keep far more digits than a float has."""
    with ctx.workprec(_BITS):
        yield


def at(polynomial: fmpq_poly, x: arb) -> arb:
    """Return an enclosure of a polynomial at a ball."""
    return polynomial.numer()(x) / arb(polynomial.denom())


def _rational(number: Fraction) -> fmpq:
    return fmpq(number.numerator, number.denominator)
