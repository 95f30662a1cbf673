r"""Gradient flow of the infinite-prompt objective, $\mu' = -\nabla R(\mu)$: where it ends."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from flint import arb
from sympy import Expr, Symbol

from .. import exact as exactly
from ..derivation import Derivation, argument, exact
from ..exact import Number
from .gradient import BRACKET, FORCE, coordinate, eigenvalue
from .objective import RISK, a, b, t

GROWTH: Expr = -2 * eigenvalue * BRACKET
r"""The rate $\mu_k'/\mu_k$ of a coordinate with eigenvalue λ."""


def derivation() -> Derivation:
    """Derive where the flow from any start ends."""
    other = Symbol("κ", positive=True)
    return Derivation(
        result="limit of the flow: P_λμ(0)/(√λ ‖P_λμ(0)‖) + P_ker μ(0), λ the largest eigenvalue with P_λμ(0) ≠ 0",
        steps=(
            exact("by A1.3, μ_k' = −2λ[λ(b − 2) + a] μ_k", -FORCE, GROWTH * coordinate),
            argument(
                "So a coordinate keeps its sign, or stays 0, and the part of μ in one eigenspace keeps its direction; "
                "what μ has in ker Σ does not move. Let λ be the largest eigenvalue with P_λμ(0) ≠ 0; if λ = 0 nothing "
                "moves. Else μ never leaves the span of the eigenspaces up to λ, and Σ may be replaced by its part "
                "there."
            ),
            exact("R = t + a(b − 2)", RISK, t + a * (b - 2)),
            argument(
                "R falls along the flow, and where b ≥ 3 it is at least t + a, with a at least b times the smallest "
                "positive eigenvalue: the flow stays in a bounded set (modulo ker Σ). R is a polynomial, so by "
                "Łojasiewicz's gradient inequality (doi:10.1137/040605266) a bounded flow converges to one point, "
                "which is stationary: by A1.3, modulo ker Σ, it is 0 or v/√κ with an eigenvalue κ ≤ λ."
            ),
            exact(
                "at v/√κ, where b = 1 and a = κ, the growth rate for λ is 2λ(λ − κ)",
                GROWTH.subs({b: 1, a: other}),
                2 * eigenvalue * (eigenvalue - other),
            ),
            exact("at 0 it is 4λ²", GROWTH.subs({b: 0, a: 0}), 4 * eigenvalue**2),
            argument(
                "Were the limit 0 or κ < λ, the coordinates with eigenvalue λ, not all 0, would grow exponentially at "
                "last and could not tend to 0. So κ = λ, and the limit is the unit vector along P_λμ(0) over √λ. In "
                "particular, if λ_1 is simple and v_1·μ(0) ≠ 0, it is sign(v_1·μ(0)) v_1/√λ_1; all other starts lie "
                "in a subspace, a null set."
            ),
        ),
    )


def limit(spectrum: Iterable[Number], start: Sequence[Number]) -> list[arb]:
    r"""Return the coordinates of the limit of the flow along the eigenvectors, in ball arithmetic.

    ``spectrum``: the d eigenvalues of Σ, descending; ``start``: the d coordinates of μ(0) along the eigenvectors.
    ``ValueError`` for a spectrum that is not one, or another length. Source: arXiv:2605.18315 (reconstruction).
    Worked value: spectrum (2, 2, 1), start (3, −4, 5) gives (3, −4, 0)/√50.
    """
    eigenvalues = exactly.spectrum(spectrum)
    point = exactly.vector(start, "start", length=len(eigenvalues))
    moving = [value for value, entry in zip(eigenvalues, point, strict=True) if entry and value]
    leading = moving[0] if moving else Fraction(0)
    kept = [entry if value == leading else Fraction(0) for value, entry in zip(eigenvalues, point, strict=True)]
    mass = leading * sum((entry**2 for entry in kept), Fraction(0))
    return [
        exactly.root(part**2 / mass) * (1 if part > 0 else -1)
        if part and value
        else exactly.enclosed(entry * (value == 0))
        for value, entry, part in zip(eigenvalues, point, kept, strict=True)
    ]
