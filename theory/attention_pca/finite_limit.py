r"""Large L: the finite-prompt risk of the linear head, its minimum and minimiser to the first order in 1/L."""

from collections.abc import Iterable
from fractions import Fraction

from sympy import Expr, symbols

from .. import exact as exactly
from ..derivation import Derivation, argument, definition, exact
from ..exact import Number
from . import stationary_points
from .finite_prompt import FORMS, L, form_of
from .objective import RISK, a, b, invariants, t
from .quartic import eigenvalue

epsilon = symbols("ε", positive=True)

CORRECTIONS: dict[str, Expr] = {"fresh": a * b + t * b**2, "self": -2 * (a + t * b) + 5 * a * b + t * b**2}
r"""$\lim L\,(R_L - R)$, by the query."""

NORM_CORRECTIONS: dict[str, Expr] = {"fresh": -(eigenvalue + t) / eigenvalue**2, "self": -4 / eigenvalue}
r"""$\lim L\,(\lVert\mu_L\rVert^2 - 1/\lambda_1)$ for the minimiser, λ the top eigenvalue."""

MINIMUM_CORRECTIONS: dict[str, Expr] = {"fresh": eigenvalue + t, "self": 3 * eigenvalue - t}
r"""$\lim L\,(\min R_L - \min R)$."""

_FRESH_COST = eigenvalue + (eigenvalue + t) * epsilon
_SELF_COST = (1 + 2 * epsilon) * (eigenvalue + (3 * eigenvalue + t) * epsilon)

_NORM_RESTS: dict[str, Expr] = {
    "fresh": (eigenvalue + t) ** 2 / (eigenvalue**2 * _FRESH_COST),
    "self": (14 * eigenvalue + 2 * t + 8 * (3 * eigenvalue + t) * epsilon) / (eigenvalue * _SELF_COST),
}
_MINIMUM_RESTS: dict[str, Expr] = {
    "fresh": -((eigenvalue + t) ** 2) / _FRESH_COST,
    "self": (2 * eigenvalue * (t - 5 * eigenvalue) - 2 * (9 * eigenvalue**2 - t**2) * epsilon) / _SELF_COST,
}
"""What is left after the first order, over ε²: their denominators do not vanish at ε ≥ 0."""


def _in_epsilon(formula: Expr) -> Expr:
    return formula.subs(L, 1 / epsilon)


def derivation() -> Derivation:
    """Derive the limits and the first corrections, with what is left, for both queries."""
    limits = stationary_points.VALUE, stationary_points.SQUARED_NORM
    steps = [
        definition("ε = 1/L; λ is the top eigenvalue, at which A3.3 has the minimum and the norm of its minimisers.")
    ]
    for query, form in FORMS.items():
        rest = 6 * a * b + 2 * t * b**2 if query == "self" else 0 * t
        minimum, norm = _in_epsilon(form.value), _in_epsilon(form.squared_norm)
        steps += [
            exact(
                f"{query}: R_L = t − 2a + ab + ({CORRECTIONS[query]})ε + ({rest})ε²",
                _in_epsilon(form.risk),
                RISK + CORRECTIONS[query] * epsilon + rest * epsilon**2,
            ),
            exact(
                f"{query}: ‖μ_L‖² = 1/λ + ({NORM_CORRECTIONS[query]})ε + ({_NORM_RESTS[query]})ε²",
                norm,
                limits[1] + NORM_CORRECTIONS[query] * epsilon + _NORM_RESTS[query] * epsilon**2,
            ),
            exact(
                f"{query}: min R_L = t − λ + ({MINIMUM_CORRECTIONS[query]})ε + ({_MINIMUM_RESTS[query]})ε²",
                minimum,
                limits[0] + MINIMUM_CORRECTIONS[query] * epsilon + _MINIMUM_RESTS[query] * epsilon**2,
            ),
            exact(
                f"{query}: the correction of the risk at a = λ, b = 1, the minimiser of R, is that of the minimum",
                CORRECTIONS[query].subs({a: eigenvalue, b: 1}),
                MINIMUM_CORRECTIONS[query],
            ),
        ]
    steps.append(
        argument(
            "λ > 0, t ≥ 0: the denominators of the last terms are at least those at ε = 0, which are positive, and the "
            "numerators are bounded for ε ≤ 1. So they are O(ε²), and L times the differences tend to the corrections."
        )
    )
    return Derivation(
        result="L(R_L − R) → ab + tb² (fresh), −2(a + tb) + 5ab + tb² (self); L(‖μ_L‖² − 1/λ_1) → −(λ_1 + t)/λ_1² "
        "(fresh), −4/λ_1 (self); L(min R_L − min R) → λ_1 + t (fresh), 3λ_1 − t (self)",
        steps=tuple(steps),
    )


def correction(spectrum: Iterable[Number], parameter: Iterable[Number], query: str) -> Fraction:
    r"""Return $\lim L\,(R_L(\mu) - R(\mu))$ exactly.

    ``spectrum``: the d eigenvalues of Σ, descending; ``parameter``: the d coordinates of μ along the eigenvectors;
    ``query``: "fresh" or "self". ``ValueError`` otherwise. Source: arXiv:2605.18315 (reconstruction).
    Worked value: spectrum (2, 1), μ = (1, 1) gives 15 + 27 = 42 (fresh).
    """
    form_of(query)
    known = dict(zip((t, a, b), invariants(spectrum, parameter), strict=True))
    return exactly.evaluate(CORRECTIONS[query], known)


def minimum_corrections(spectrum: Iterable[Number], query: str) -> tuple[Fraction, Fraction]:
    r"""Return $\lim L\,(\min R_L - \min R)$ and $\lim L\,(\lVert\mu_L\rVert^2 - 1/\lambda_1)$ exactly.

    Arguments, errors and source as ``correction``; ``ValueError`` if $\lambda_1 = 0$.
    Worked value: spectrum (2, 1) gives (3, −2) for the query "self".
    """
    form_of(query)
    eigenvalues = exactly.spectrum(spectrum)
    if eigenvalues[0] == 0:
        raise ValueError("spectrum must have a positive eigenvalue: at Σ = 0 every μ is a minimiser")
    known = {t: sum(eigenvalues, Fraction(0)), eigenvalue: eigenvalues[0]}
    return exactly.evaluate(MINIMUM_CORRECTIONS[query], known), exactly.evaluate(NORM_CORRECTIONS[query], known)
