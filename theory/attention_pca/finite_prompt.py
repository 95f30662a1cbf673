r"""The risk of the linear head in a prompt of L keys, exact for every L ≥ 1 (fresh query)."""

from collections.abc import Iterable
from fractions import Fraction

from sympy import Expr, adjoint, symbols

from .. import exact as exactly
from ..derivation import Derivation, argument, exact
from ..exact import Number
from ..isserlis import expectation
from ..words import matrix, vector
from .objective import INVARIANTS, RISK, a, b, invariants, t

L = symbols("L", positive=True, integer=True)

FRESH_RISK: Expr = t - 2 * a + b * ((1 + 1 / L) * a + t * b / L)
r"""$R_L$ of the linear head at β = 1 for a query independent of the keys; t, a, b as in ``objective``."""


def derivation() -> Derivation:
    r"""Derive $R_L$ for symbolic d and L, and its limit, the infinite-prompt objective."""
    Sigma = matrix("Σ", symmetric=True)
    mu, q, x, y = map(vector, ("μ", "q", "x", "y"))
    inverse_length = symbols("ε", positive=True)

    def output(key: Expr) -> Expr:
        return key * adjoint(key) * mu * adjoint(mu) * q

    def mean(expression: Expr) -> Expr:
        return expectation(expression, Sigma, q, x, y).subs(INVARIANTS)

    cross = mean(adjoint(q) * output(x))
    same, different = mean(adjoint(output(x)) * output(x)), mean(adjoint(output(x)) * output(y))
    square = (L * same + L * (L - 1) * different) / L**2
    return Derivation(
        result="R_L(μ) = t − 2a + b[(1 + 1/L)a + (t/L)b] → t − 2a + ab",
        steps=(
            argument(
                "T(q) = (1/L) Σ_k x_k (x_k·μ)(μ·q). In ‖T‖² the L² pairs of keys fall into L equal and L(L − 1) "
                "different ones: E‖T‖² = (L E_equal + L(L − 1) E_different)/L². Expectations of products of Gaussians "
                "are sums over pairings (Isserlis)."
            ),
            exact("E q·T = a", cross, a),
            exact(
                "(L E_equal + L(L − 1) E_different)/L² = b[(1 + 1/L)a + (t/L)b]",
                square,
                b * ((1 + 1 / L) * a + t * b / L),
            ),
            exact("R_L = E‖q‖² − 2 E q·T + E‖T‖²", mean(adjoint(q) * q) - 2 * cross + square, FRESH_RISK),
            exact(
                "R_L at 1/L = 0 is t − 2a + ab", FRESH_RISK.subs(L, 1 / inverse_length).subs(inverse_length, 0), RISK
            ),
        ),
    )


def fresh_risk(spectrum: Iterable[Number], parameter: Iterable[Number], length: int) -> Fraction:
    r"""Return $R_L(\mu)$ of the linear head with a fresh query, exactly, by evaluating ``FRESH_RISK``.

    ``spectrum``: the d eigenvalues of Σ, descending; ``parameter``: the d coordinates of μ along the eigenvectors;
    ``length``: L ≥ 1. ``ValueError`` otherwise. Source: arXiv:2605.18315 (reconstruction).
    Worked value: spectrum (2, 1), μ = (1, 1), L = 1 gives 3 − 10 + 3(10 + 9) = 50.
    """
    known = dict(zip((t, a, b), invariants(spectrum, parameter), strict=True))
    return exactly.evaluate(FRESH_RISK, {**known, L: exactly.prompt_length(length)})
