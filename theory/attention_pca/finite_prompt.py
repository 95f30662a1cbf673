r"""The risk of the linear head in a prompt of L keys, exact for every L ≥ 1; the query is fresh or one of the keys."""

from collections.abc import Iterable
from fractions import Fraction

from sympy import Expr, Integer, Symbol, adjoint, symbols

from .. import exact as exactly
from ..derivation import Derivation, argument, exact
from ..exact import Number
from ..isserlis import expectation, wishart
from ..words import matrix, scalar, vector
from .objective import INVARIANTS, RISK, a, b, invariants, t
from .quartic import Quartic

L = symbols("L", positive=True, integer=True)

FRESH_RISK: Expr = t - 2 * a + b * ((1 + 1 / L) * a + t * b / L)
r"""$R_L$ of the linear head at β = 1 for a query independent of the keys; t, a, b as in ``objective``."""

SELF_RISK: Expr = t - 2 * ((1 + 1 / L) * a + t * b / L) + a * b * (L + 2) * (L + 3) / L**2 + t * b**2 * (L + 2) / L**2
r"""The same where the query is one of the keys."""

FORMS: dict[str, Quartic] = {
    "fresh": Quartic(Integer(1), Integer(0), 1 + 1 / L, 1 / L),
    "self": Quartic(1 + 1 / L, 1 / L, (L + 2) * (L + 3) / L**2, (L + 2) / L**2),
}
"""Both by their coefficients, by the query."""

_Sigma, _S = matrix("Σ", symmetric=True), matrix("S", symmetric=True)
_mu, _q, _x, _y = map(vector, ("μ", "q", "x", "y"))


def form_of(query: str) -> Quartic:
    """Return the risk by its coefficients; ``ValueError`` unless the query is "fresh" or "self"."""
    if query not in FORMS:
        raise ValueError(f'query must be "fresh" or "self", not {query!r}')
    return FORMS[query]


def _term(key: Expr, query: Expr) -> Expr:
    """Return what a key adds to L T(q)."""
    return key * adjoint(key) * _mu * adjoint(_mu) * query


def parts(query: str, covariance: Symbol) -> tuple[Expr, Expr, Expr]:
    r"""Return $E\lVert q\rVert^2$, $E\,q\cdot T$ and $E\lVert T\rVert^2$ as polynomials in scalars, by pairings.

    ``query``: "fresh" or "self"; ``covariance``: the letter of the tokens' covariance. Pairs of keys are counted by
    what is equal among them and the query. ``ValueError`` for another query.
    Worked value: fresh, $E\,q\cdot T = \mu^\top\Sigma^2\mu$.
    """

    def mean(expression: Expr) -> Expr:
        return expectation(expression, covariance, _q, _x, _y)

    def pair(first: Expr, second: Expr) -> Expr:
        return mean(adjoint(_term(first, _q)) * _term(second, _q))

    size, cross = mean(adjoint(_q) * _q), mean(adjoint(_q) * _term(_x, _q))
    if form_of(query) is FORMS["fresh"]:
        return size, cross, (L * pair(_x, _x) + L * (L - 1) * pair(_x, _y)) / L**2
    own = mean(adjoint(_q) * _term(_q, _q))
    with_query = pair(_q, _q) + 2 * (L - 1) * pair(_q, _x)
    without = (L - 1) * pair(_x, _x) + (L - 1) * (L - 2) * pair(_x, _y)
    return size, (own + (L - 1) * cross) / L, (with_query + without) / L**2


def risk_given(query: str, covariance: Symbol) -> Expr:
    """Return the risk of tokens with that covariance as a polynomial in its scalars; arguments as ``parts``."""
    size, cross, square = parts(query, covariance)
    return size - 2 * cross + square


def summary_risk() -> Expr:
    r"""Return $\mathrm{tr}\,(I - S\mu\mu^\top)^\top(I - S\mu\mu^\top)S$, as a polynomial in scalars of S."""
    error = 1 - _S * _mu * adjoint(_mu)
    back = 1 - _mu * adjoint(_mu) * _S
    return scalar((back * error * _S).expand())


def fresh_derivation() -> Derivation:
    r"""Derive $R_L$ for a fresh query, symbolic d and L."""
    size, cross, square = (part.subs(INVARIANTS) for part in parts("fresh", _Sigma))
    return Derivation(
        result="R_L(μ) = t − 2a + b[(1 + 1/L)a + (t/L)b]",
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
            exact("R_L = E‖q‖² − 2 E q·T + E‖T‖²", size - 2 * cross + square, FRESH_RISK),
        ),
    )


def derivation() -> Derivation:
    r"""Derive $R_L$ for a fresh query, and its limit, the infinite-prompt objective."""
    inverse_length = symbols("ε", positive=True)
    fresh = fresh_derivation()
    limit = FRESH_RISK.subs(L, 1 / inverse_length).subs(inverse_length, 0)
    return Derivation(
        result=f"{fresh.result} → t − 2a + ab",
        steps=(*fresh.steps, exact("R_L at 1/L = 0 is t − 2a + ab", limit, RISK)),
    )


def self_derivation() -> Derivation:
    r"""Derive $R_L$ where the query is one of the keys, symbolic d and L, in two ways."""
    _, cross, square = (part.subs(INVARIANTS) for part in parts("self", _Sigma))
    of_summary = wishart(summary_risk(), _S, _Sigma, L).subs(INVARIANTS)
    return Derivation(
        result="R_L(μ) = t − 2[(1 + 1/L)a + tb/L] + ab(L + 2)(L + 3)/L² + tb²(L + 2)/L²",
        steps=(
            argument(
                "All keys are alike, so the mean over the L queries has the expectation of one of them, q = x_1. "
                "T(q) = (1/L) Σ_k x_k (x_k·μ)(μ·q): in q·T one key is q and L − 1 are not. Of the L² pairs of keys in "
                "‖T‖², in one both are q, in 2(L − 1) one is, in L − 1 they are equal and not q, and in "
                "(L − 1)(L − 2) they are different and neither is q. Each kind has its expectation by pairings."
            ),
            exact("E q·T = (1 + 1/L)a + tb/L", cross, (1 + 1 / L) * a + t * b / L),
            exact(
                "E‖T‖² = ab(L + 2)(L + 3)/L² + tb²(L + 2)/L²",
                square,
                (a * b * (L + 2) * (L + 3) + t * b**2 * (L + 2)) / L**2,
            ),
            exact("R_L = t − 2 E q·T + E‖T‖²", t - 2 * cross + square, SELF_RISK),
            argument(
                "Again: with S = (1/L) Σ_k x_k x_kᵀ, T(q) = Sμμᵀq, and the mean of ‖q − T(q)‖² over the queries "
                "x_1, …, x_L is tr (I − Sμμᵀ)ᵀ(I − Sμμᵀ)S, where S is a sample covariance of L tokens (D4.5)."
            ),
            exact("E tr (I − Sμμᵀ)ᵀ(I − Sμμᵀ)S is the same R_L", of_summary, SELF_RISK),
        ),
    )


def fresh_risk(spectrum: Iterable[Number], parameter: Iterable[Number], length: int) -> Fraction:
    r"""Return $R_L(\mu)$ of the linear head with a fresh query, exactly, by evaluating ``FRESH_RISK``.

    ``spectrum``: the d eigenvalues of Σ, descending; ``parameter``: the d coordinates of μ along the eigenvectors;
    ``length``: L ≥ 1. ``ValueError`` otherwise. Source: arXiv:2605.18315 (reconstruction).
    Worked value: spectrum (2, 1), μ = (1, 1), L = 1 gives 3 − 10 + 3(10 + 9) = 50.
    """
    return _evaluated(FRESH_RISK, spectrum, parameter, length)


def self_risk(spectrum: Iterable[Number], parameter: Iterable[Number], length: int) -> Fraction:
    r"""Return $R_L(\mu)$ where the query is one of the keys, exactly, by evaluating ``SELF_RISK``.

    Arguments, errors and source as ``fresh_risk``.
    Worked value: spectrum (2, 1), μ = (1, 1), L = 1 gives 3 − 2(10 + 9) + 12·15 + 3·27 = 226.
    """
    return _evaluated(SELF_RISK, spectrum, parameter, length)


def _evaluated(formula: Expr, spectrum: Iterable[Number], parameter: Iterable[Number], length: int) -> Fraction:
    known = dict(zip((t, a, b), invariants(spectrum, parameter), strict=True))
    return exactly.evaluate(formula, {**known, L: exactly.prompt_length(length)})
