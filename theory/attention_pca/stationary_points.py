r"""Values of the infinite-prompt objective at its stationary points, and its global minimum."""

from collections.abc import Iterable
from fractions import Fraction

from sympy import Expr, symbols

from .. import exact as exactly
from ..derivation import Derivation, argument, exact
from ..exact import Number
from .objective import RISK, a, b, t

eigenvalue = symbols("λ", positive=True)

VALUE: Expr = t - eigenvalue
r"""The risk at $v/\sqrt\lambda$, v a unit eigenvector of Σ with eigenvalue λ > 0."""

SQUARED_NORM: Expr = 1 / eigenvalue
r"""The squared norm of that point."""


def derivation() -> Derivation:
    r"""Derive the values, and the minimum with its minimisers, for symbolic d and any multiplicities."""
    top, kth, coordinate, ratio = symbols("λ_1 λ_k μ_k ρ", positive=True)
    return Derivation(
        result="R(v/√λ) = t − λ;  min R = t − λ_1, attained exactly on the sphere ‖μ‖ = 1/√λ_1 of the top eigenspace",
        steps=(
            argument("A1.2: R = t − 2a + ab. If Σv = λv and ‖v‖ = 1, then at μ = cv: μ·Σᵏμ = λᵏ c²."),
            exact(
                "t − 2a + ab at a = λ²c², b = λc², c² = 1/λ is t − λ",
                RISK.subs({a: eigenvalue**2 * SQUARED_NORM, b: eigenvalue * SQUARED_NORM}),
                VALUE,
            ),
            exact(
                "R − (t − λ_1) at a = ρb is (λ_1 − ρ) + ρ (b − 1)²",
                RISK.subs(a, ratio * b) - VALUE.subs(eigenvalue, top),
                (top - ratio) + ratio * (b - 1) ** 2,
            ),
            exact(
                "the k-th term of λ_1 b − a, in eigen-coordinates, is λ_k (λ_1 − λ_k) μ_k²",
                top * kth * coordinate**2 - kth**2 * coordinate**2,
                kth * (top - kth) * coordinate**2,
            ),
            argument(
                "Σ ≻ 0 and λ_k ≤ λ_1, so every such term is ≥ 0 and 0 < ρ = a/b ≤ λ_1 for μ ≠ 0: both summands of "
                "R − (t − λ_1) are ≥ 0. At μ = 0, R = t > t − λ_1."
            ),
            argument(
                "Both vanish iff ρ = λ_1 and b = 1. ρ = λ_1 iff μ_k = 0 wherever λ_k < λ_1, i.e. μ is in the top "
                "eigenspace; there b = λ_1‖μ‖², so b = 1 iff ‖μ‖ = 1/√λ_1."
            ),
        ),
    )


def values(spectrum: Iterable[Number]) -> list[Fraction]:
    r"""Return the risks $t - \lambda_k$ at $v_k/\sqrt{\lambda_k}$, exactly, for k = 1 … d.

    ``spectrum``: the d eigenvalues of Σ, positive and descending; ``ValueError`` otherwise. Source: arXiv:2605.18315
    (reconstruction). Worked value: spectrum (2, 1) gives [1, 2].
    """
    eigenvalues = exactly.spectrum(spectrum)
    if eigenvalues[-1] == 0:
        raise ValueError("spectrum must be positive: v/√λ does not exist at λ = 0")
    trace = sum(eigenvalues, Fraction(0))
    return [exactly.evaluate(VALUE, {t: trace, eigenvalue: value}) for value in eigenvalues]


def minimum(spectrum: Iterable[Number]) -> tuple[Fraction, Fraction]:
    r"""Return the global minimum $t - \lambda_1$ and the squared norm $1/\lambda_1$ of every minimiser, exactly.

    Shapes, errors and source as ``values``. Worked value: spectrum (2, 1) gives (1, 1/2).
    """
    eigenvalues = exactly.spectrum(spectrum)
    return values(eigenvalues)[0], exactly.evaluate(SQUARED_NORM, {eigenvalue: eigenvalues[0]})
