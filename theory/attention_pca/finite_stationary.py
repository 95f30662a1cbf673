r"""Stationary points, minimum and Hessian of the finite-prompt risk of the linear head, for every L ≥ 1."""

from collections.abc import Iterable
from fractions import Fraction

from sympy import Expr

from .. import exact as exactly
from ..derivation import Derivation, Step, argument, definition, exact
from ..exact import Number
from . import quartic
from .finite_prompt import FORMS, FRESH_RISK, SELF_RISK, L, form_of
from .objective import a, b, t
from .quartic import eigenvalue
from .quartic_points import hessian_derivation, minimum_derivation

NORMS: dict[str, Expr] = {
    "fresh": 1 / ((1 + 1 / L) * eigenvalue + t / L),
    "self": L * ((L + 1) * eigenvalue + t) / (eigenvalue * (L + 2) * ((L + 3) * eigenvalue + t)),
}
r"""$\lVert\mu\rVert^2$ at the stationary points of the eigenvalue λ, by the query."""

VALUES: dict[str, Expr] = {
    "fresh": t - eigenvalue**2 / ((1 + 1 / L) * eigenvalue + t / L),
    "self": t - ((L + 1) * eigenvalue + t) ** 2 / ((L + 2) * ((L + 3) * eigenvalue + t)),
}
"""The risk there."""

_MARGINS: dict[str, Expr] = {"fresh": 2 / L, "self": (L - 1) * (L + 2) / L**3}


def _coefficients() -> tuple[Step, ...]:
    """Show that both risks are of the form and meet the conditions of ``quartic``."""
    fresh, own = FORMS["fresh"], FORMS["self"]
    mixed = own.bracket.subs(b, 2 * own.c1 / own.c3)  # where two eigenvalues are in the support
    return (
        exact("fresh: (c₁, c₂, c₃, c₄) = (1, 0, 1 + 1/L, 1/L) gives A3.1", fresh.risk, FRESH_RISK),
        exact("self: (c₁, c₂, c₃, c₄) = (1 + 1/L, 1/L, (L + 2)(L + 3)/L², (L + 2)/L²) gives A3.2", own.risk, SELF_RISK),
        exact("fresh: 2c₁c₄ − c₂c₃ = 2/L", fresh.margin, _MARGINS["fresh"]),
        exact("self: 2c₁c₄ − c₂c₃ = (L − 1)(L + 2)/L³", own.margin, _MARGINS["self"]),
        exact(
            "self: at b = 2c₁/c₃ the bracket vanishes at a = −2Lt(L − 1)/((L + 2)(L + 3)²)",
            mixed.subs(a, -2 * L * t * (L - 1) / ((L + 2) * (L + 3) ** 2)),
            0,
        ),
        argument(
            "So for L ≥ 1 c₁, c₃ > 0, c₂, c₄ ≥ 0 and 2c₁c₄ − c₂c₃ ≥ 0, also at L = 1: the branch on which two "
            "eigenvalues mix would need a ≤ 0, but a = ‖Σμ‖² > 0 outside ker Σ."
        ),
    )


def derivation() -> Derivation:
    """Derive all stationary points, their values, and the global minimisers, for both queries."""
    general = minimum_derivation()
    return Derivation(
        result="for every L ≥ 1 the stationary points are, modulo ker Σ, 0 and eigenvectors of Σ; value and ‖μ‖² "
        "decrease in λ, and the global minimisers are the sphere of the top eigenspace",
        steps=(
            *_coefficients(),
            *general.steps,
            *(
                step
                for query, form in FORMS.items()
                for step in (
                    exact(f"{query}: ‖μ‖² = {NORMS[query]}", form.squared_norm, NORMS[query]),
                    exact(f"{query}: R_L = {VALUES[query]} there", form.value, VALUES[query]),
                )
            ),
        ),
    )


def index_derivation() -> Derivation:
    """Derive the Hessian at the stationary points and the Morse index, for both queries."""
    general = hessian_derivation()
    return Derivation(
        result=f"for every L ≥ 1: {general.result}",
        steps=(
            definition("R_L = t − 2(c₁a + c₂tb) + c₃ab + c₄tb²; the stationary points are those of A3.3."),
            *_coefficients(),
            *general.steps,
        ),
    )


def points(spectrum: Iterable[Number], length: int, query: str) -> list[tuple[Fraction, Fraction]]:
    r"""Return $R_L$ and $\lVert\mu\rVert^2$ at the stationary points along $v_1, v_2, \dots$ with λ > 0, exactly.

    ``spectrum``: the d eigenvalues of Σ, descending, not all 0; ``length``: L ≥ 1; ``query``: "fresh" or "self".
    ``ValueError`` otherwise. The first is the global minimum. Source: arXiv:2605.18315 (reconstruction).
    Worked value: spectrum (2, 1), L = 1, fresh gives (17/7, 1/7) and (14/5, 1/5).
    """
    return quartic.points(form_of(query), spectrum, {L: exactly.prompt_length(length)})


def curvatures(spectrum: Iterable[Number], k: int, length: int, query: str) -> list[Fraction]:
    r"""Return the curvatures of $R_L$ along $v_1, \dots, v_d$ at the stationary point along $v_k$; at 0 for k = 0.

    Arguments, errors and source as ``points``; ``ValueError`` unless 0 ≤ k ≤ d and, for k ≥ 1, $\lambda_k > 0$.
    Worked value: spectrum (2, 1), k = 0, L = 1, fresh gives [−16, −4].
    """
    return quartic.curvatures(form_of(query), spectrum, k, {L: exactly.prompt_length(length)})
