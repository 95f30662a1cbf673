r"""The infinite-prompt objective $R(\mu) = E\lVert q - T(q) \rVert^2$ at inverse temperature 1."""

from collections.abc import Iterable
from fractions import Fraction

from sympy import Expr, adjoint, symbols

from .. import exact as exactly
from ..derivation import Derivation, argument, exact
from ..exact import Number
from ..isserlis import expectation
from ..words import matrix, scalar, vector

t, a, b = symbols("t a b", positive=True)

RISK: Expr = t - 2 * a + a * b
r"""The infinite-prompt risk in $t = \mathrm{tr}\,\Sigma$, $a = \mu^\top\Sigma^2\mu$, $b = \mu^\top\Sigma\mu$."""

_Sigma, _mu, _q = matrix("Σ", symmetric=True), vector("μ"), vector("q")

INVARIANTS: dict[Expr, Expr] = {
    scalar(_Sigma): t,
    scalar(adjoint(_mu) * _Sigma * _Sigma * _mu): a,
    scalar(adjoint(_mu) * _Sigma * _mu): b,
}
"""The chains of ``theory.words`` by their names in the theory."""


def derivation() -> Derivation:
    r"""Derive $R = t - 2a + ab$ for symbolic d from the limit of the head."""
    error = _q - _Sigma * _mu * adjoint(_mu) * _q
    return Derivation(
        result="R(μ) = t − 2a + ab",
        steps=(
            argument(
                "By A1.1 the output of either head in an infinite prompt is T(q) = Σμμᵀq, and the infinite-prompt "
                "objective is defined as the risk of that limit, q ~ N(0, Σ)."
            ),
            exact(
                "E‖q − Σμμᵀq‖² = t − 2a + ab",
                expectation(adjoint(error) * error, _Sigma, _q).subs(INVARIANTS),
                RISK,
            ),
        ),
    )


def invariants(spectrum: Iterable[Number], parameter: Iterable[Number]) -> tuple[Fraction, Fraction, Fraction]:
    r"""Return $(t, a, b)$ exactly.

    ``spectrum``: the d eigenvalues of Σ, descending; ``parameter``: the d coordinates of μ along the eigenvectors.
    ``ValueError`` for a spectrum that is not one, or another length.
    Worked value: spectrum (2, 1), μ = (1, 1) gives (3, 5, 3).
    """
    eigenvalues = exactly.spectrum(spectrum)
    mu = exactly.vector(parameter, "parameter", length=len(eigenvalues))
    weights = [entry**2 for entry in mu]
    return (
        sum(eigenvalues, Fraction(0)),
        sum((value**2 * weight for value, weight in zip(eigenvalues, weights, strict=True)), Fraction(0)),
        sum((value * weight for value, weight in zip(eigenvalues, weights, strict=True)), Fraction(0)),
    )


def risk(spectrum: Iterable[Number], parameter: Iterable[Number]) -> Fraction:
    r"""Return the infinite-prompt risk $R(\mu) = t - 2a + ab$ exactly, by evaluating ``RISK``.

    Shapes and errors as ``invariants``. Source: arXiv:2605.18315 (reconstruction).
    Worked value: spectrum (2, 1), μ = (1, 1) gives 3 − 10 + 15 = 8.
    """
    return exactly.evaluate(RISK, dict(zip((t, a, b), invariants(spectrum, parameter), strict=True)))
