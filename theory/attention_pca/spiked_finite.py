r"""Prompts of L keys with a covariance each, linear head: the risk over $\Sigma \sim W_d(n, \Gamma)/n$, its minimiser.

t, a and b are those of Γ, as in ``spiked_prompt``.
"""

from collections.abc import Iterable
from fractions import Fraction

from sympy import Expr, adjoint

from .. import exact as exactly
from ..derivation import Derivation, definition, exact
from ..exact import Number
from ..words import scalar, vector
from . import quartic
from .finite_prompt import L, form_of, risk_given
from .objective import a, b, t
from .quartic import Quartic
from .spiked_prompt import S, condition, general_steps, n, over_covariances

FORMS: dict[str, Quartic] = {
    "fresh": Quartic(
        1 + 1 / n,
        1 / n,
        (n + 2) * ((n + 3) * (L + 1) + 4) / (n**2 * L),
        (n + 2) * (n + L + 1) / (n**2 * L),
    ),
    "self": Quartic(
        ((n + 1) * (L + 1) + 2) / (n * L),
        (n + L + 1) / (n * L),
        (n + 2) * (L + 2) * ((n + 3) * (L + 3) + 4) / (n * L) ** 2,
        (n + 2) * (L + 2) * (n + L + 3) / (n * L) ** 2,
    ),
}
"""The risk by its coefficients, by the query."""

_MARGINS: dict[str, Expr] = {
    "fresh": (n - 1) * (n + 2) * (L + 2 * n + 5) / (n**3 * L),
    "self": (n - 1) * (L - 1) * (n + 2) * (L + 2) * (n + L + 5) / (n * L) ** 3,
}

_mu = vector("μ")


def derivation() -> Derivation:
    """Derive the risk with L keys for both queries, its stationary points and its minimisers."""
    own, fresh = FORMS["self"], FORMS["fresh"]
    square, form = (scalar(adjoint(_mu) * power * _mu) for power in (S * S, S))
    cubic, traced = over_covariances(square * form), over_covariances(scalar(S) * form**2)
    swapped = {n: L, L: n}
    return Derivation(
        result="for every n, L ≥ 1 and both queries E R_L = t − 2(c₁a + c₂tb) + c₃ab + c₄tb²; the stationary points "
        "are 0 and eigenvectors of Γ, the minimisers the sphere of the top eigenspace",
        steps=(
            definition(
                "Given S, the prompt's covariance, keys and query are N(0, S) and A3.1, A3.2 hold with S for Σ."
            ),
            exact("E μ·S²μ μ·Sμ = (n + 2)[(n + 3)ab + tb²]/n²", cubic, (n + 2) * ((n + 3) * a * b + t * b**2) / n**2),
            exact("E tr S (μ·Sμ)² = (n + 2)(ntb² + 4ab)/n²", traced, (n + 2) * (n * t * b**2 + 4 * a * b) / n**2),
            exact(
                f"fresh: E R_L has (c₁, c₂, c₃, c₄) = ({fresh.c1}, {fresh.c2}, {fresh.c3}, {fresh.c4})",
                over_covariances(risk_given("fresh", S)),
                fresh.risk,
            ),
            exact(
                f"self: E R_L has (c₁, c₂, c₃, c₄) = ({own.c1}, {own.c2}, {own.c3}, {own.c4})",
                over_covariances(risk_given("self", S)),
                own.risk,
            ),
            exact("self: n and L enter alike", own.risk.subs(swapped, simultaneous=True), own.risk),
            *condition("fresh", fresh, _MARGINS["fresh"]),
            *condition("self", own, _MARGINS["self"]),
            *general_steps(),
        ),
    )


def risk(spectrum: Iterable[Number], parameter: Iterable[Number], columns: int, length: int, query: str) -> Fraction:
    r"""Return the risk with L keys over $\Sigma \sim W_d(n, \Gamma)/n$, exactly, for the query "fresh" or "self".

    ``spectrum``: the d eigenvalues of Γ, descending; ``parameter``: the d coordinates of μ along the eigenvectors;
    ``columns``: n ≥ 1; ``length``: L ≥ 1. ``ValueError`` otherwise. Derived here; the model is that of
    arXiv:2605.18315 (reconstruction).
    Worked value: spectrum (1), μ = (1), n = L = 1 gives 1 − 2·9 + 225 = 208 (self: E v z²(1 − v z²)² with v = z'²).
    """
    return quartic.risk(_form(query), spectrum, parameter, _sizes(columns, length))


def points(spectrum: Iterable[Number], columns: int, length: int, query: str) -> list[tuple[Fraction, Fraction]]:
    r"""Return the risk and $\lVert\mu\rVert^2$ at the stationary points along $v_1, v_2, \dots$, exactly.

    There is none where $\lambda_k = 0$; the first is the global minimum. Arguments, errors and source as ``risk``;
    ``ValueError`` if Γ = 0.
    Worked value: spectrum (1), n = L = 1, self gives 1 − 81/225 = 16/25 and 9/225 = 1/25.
    """
    return quartic.points(_form(query), spectrum, _sizes(columns, length))


def _form(query: str) -> Quartic:
    form_of(query)
    return FORMS[query]


def _sizes(columns: int, length: int) -> dict[Expr, int]:
    return {n: exactly.count(columns, "n"), L: exactly.prompt_length(length)}
