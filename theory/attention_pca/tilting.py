r"""Exponential tilting of a Gaussian, and the infinite-prompt limit that both heads share."""

from collections.abc import Iterable
from fractions import Fraction

from sympy import Rational, Symbol, adjoint

from .. import exact as exactly
from ..derivation import Derivation, argument, exact
from ..exact import Number
from ..isserlis import expectation
from ..words import matrix, scalar, vector


def derivation() -> Derivation:
    r"""Derive $E[x e^{v\cdot x}]/E[e^{v\cdot x}] = \Sigma v$ and the limit of both heads, any d and Σ ⪰ 0."""
    v, z, u, x, q = map(vector, ("v", "z", "u", "x", "q"))
    A, F, Sigma = matrix("A"), matrix("F"), matrix("Σ", symmetric=True)
    s, beta = Symbol("s", real=True), Symbol("β", real=True)
    shifted = z - adjoint(F) * v
    moved = v + s * u
    tilt = beta * adjoint(A) * q  # the score of key x is tilt · x
    score = beta * adjoint(q) * A * x
    return Derivation(
        result="E[x e^{v·x}] / E[e^{v·x}] = Σ v;  T(q) = β Σ Aᵀ q for the softmax and the linear head",
        steps=(
            argument("Write x = F z with z ~ N(0, I) and Σ = F Fᵀ, which exists for every Σ ⪰ 0, singular or not."),
            exact(
                "v·Fz − ½ z·z = ½ v·FFᵀv − ½ (z − Fᵀv)·(z − Fᵀv)",
                scalar(adjoint(v) * F * z - Rational(1, 2) * adjoint(z) * z),
                scalar(Rational(1, 2) * adjoint(v) * F * adjoint(F) * v - Rational(1, 2) * adjoint(shifted) * shifted),
            ),
            argument(
                "So e^{v·x} times the density of z is e^{½ v·Σv} times the density of N(Fᵀv, I), which integrates to "
                "1: E e^{v·x} = e^{½ v·Σv} for every v. Differentiating under the integral (all moments of the tilted "
                "law are finite), u·E[x e^{v·x}] / E[e^{v·x}] = d/ds at s = 0 of ½ (v + su)·Σ(v + su), for every u."
            ),
            exact(
                "d/ds at s = 0 of ½ (v + su)·Σ(v + su) = u·Σv",
                scalar(Rational(1, 2) * adjoint(moved) * Sigma * moved).diff(s).subs(s, 0),
                scalar(adjoint(u) * Sigma * v),
            ),
            argument(
                "Given q the keys are i.i.d. and e^s, x e^s, s x are integrable, so by the law of large numbers, as "
                "L → ∞, the softmax head tends almost surely to E[x e^s]/E[e^s] and the linear head to E[s x], with "
                "the score s = β q·Ax = v·x at v = βAᵀq. A rank-one head has A = μμᵀ, one of rank r A = UUᵀ."
            ),
            exact(
                "linear head: u·E[s x] = u·Σv at v = βAᵀq",
                expectation(score * adjoint(x) * u, Sigma, x),
                scalar(adjoint(u) * Sigma * tilt),
            ),
        ),
    )


def tilted_mean(spectrum: Iterable[Number], direction: Iterable[Number]) -> list[Fraction]:
    """Return Σv, coordinate by coordinate.

    ``spectrum``: the d eigenvalues of Σ, descending; ``direction``: the d coordinates of v along the eigenvectors; the
    result likewise. ``ValueError`` for a spectrum that is not one, or another length. Source: arXiv:2605.18315
    (reconstruction). Worked value: spectrum (2, 1), v = (1, 3) gives (2, 3).
    """
    eigenvalues = exactly.spectrum(spectrum)
    v = exactly.vector(direction, "direction", length=len(eigenvalues))
    return [eigenvalue * entry for eigenvalue, entry in zip(eigenvalues, v, strict=True)]


def head_limit(
    spectrum: Iterable[Number],
    interaction: Iterable[Iterable[Number]],
    query: Iterable[Number],
    inverse_temperature: Number = 1,
) -> list[Fraction]:
    """Return the infinite-prompt output T(q) = β Σ Aᵀ q of either head, in the eigenbasis of Σ.

    ``interaction``: the d rows of A along the eigenvectors; ``query``: the d coordinates of q; ``spectrum``, result and
    errors as ``tilted_mean``. Worked value: spectrum (2, 1), A = ((1, 1), (0, 1)), q = (1, 0), β = 1 gives (2, 1).
    """
    eigenvalues = exactly.spectrum(spectrum)
    q = exactly.vector(query, "query", length=len(eigenvalues))
    rows = [exactly.vector(row, "interaction", length=len(q)) for row in interaction]
    if len(rows) != len(q):
        raise ValueError(f"interaction must have {len(q)} rows, one for each eigenvalue, not {len(rows)}")
    beta = exactly.rational(inverse_temperature, "inverse_temperature")
    tilt = [
        beta * sum((entry * row[i] for entry, row in zip(q, rows, strict=True)), Fraction(0)) for i in range(len(q))
    ]
    return tilted_mean(eigenvalues, tilt)
