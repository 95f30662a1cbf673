r"""Training on P prompts: how much of the spike the pencil's top vector holds."""

from fractions import Fraction

from sympy import Expr, Symbol, diff

from .. import exact as exactly
from ..derivation import Derivation, argument, exact
from ..exact import Number
from ..random_matrices.overlaps import OVERLAP as OF_ONE_PROMPT
from ..random_matrices.spiked import gamma, theta
from . import trained_prompts as pencil
from .trained_prompts import GAP, OMEGA, THRESHOLD_SQUARED, XI, P, a1, a2, c, of_h, on_curve, root_at

OVERLAP: Expr = (1 - THRESHOLD_SQUARED / theta**2) / ((1 + c / theta) * (1 + c * (gamma - c) / ((1 - c) * theta)))
r"""The squared overlap of u with the pencil's top vector, with $c = \gamma/P$."""


def along(formula: Expr) -> Expr:
    """Return d/dω of a formula in the a_i at fixed ℓ, where x_1' = −x_2' = 1/(x_1 − x_2)."""
    return (diff(formula, a1) / diff(root_at(a1), a1) - diff(formula, a2) / diff(root_at(a2), a2)) / GAP


def derivation() -> Derivation:
    """Derive the overlap from the residue of u·(z − A)⁻¹u at z = 0."""
    omega, rate, number = Symbol("ω"), Symbol("g'"), gamma / c
    g, slope = Symbol("g"), Symbol("K'")
    K_slope = number + (number - 1) * along(of_h(0)) / of_h(0) ** 2
    at_spike = along(of_h(theta)).subs(theta, XI)
    residue = 1 / (1 - on_curve(number) / on_curve(K_slope) * (1 + OMEGA**2 * at_spike))
    return Derivation(
        result="(u·ν)²/‖ν‖² → (1 − θ_c²/θ²)/[(1 + γ/(Pθ))(1 + γ²(P − 1)/(P(P − γ)θ))] if θ > θ_c, else → 0",
        steps=(
            argument(
                "A5.5: ν is the null vector of A(ℓ) at ℓ = ℓ(θ), so (u·ν)²/‖ν‖² is the residue at z = 0 of u·(z − "
                "A)⁻¹u → 1/(z − P(ω(z) − 1/g(ω(z)))), ω'(z) = 1/K'(ω), K(ω) = Pω − (P − 1)/G(ω), g = 1/ω there."
            ),
            exact(
                "1 − P(1 + g'/g²)/K' = 1 − P(1 + ω²g')/K' at g = 1/ω",
                (1 - P * (1 + rate / g**2) / slope).subs(g, 1 / omega),
                1 - P * (1 + omega**2 * rate) / slope,
            ),
            argument("The residue is the inverse of that, and K' = P + (P − 1)G'/G²."),
            exact(
                "x² − ℓx = ω differentiated in ω at fixed ℓ, x_1 + x_2 = ℓ: (2x_1 − ℓ)/(x_1 − x_2) = 1",
                (2 * root_at(a1) - (root_at(a1) + root_at(a2))) / GAP,
                1,
            ),
            exact(
                "1/(1 − P(1 + ω²g')/K') = (1 − θ_c²/θ²)/[(1 + c/θ)(1 + c(γ − c)/((1 − c)θ))] on the curve, at θ = ξ",
                residue,
                on_curve(OVERLAP.subs(theta, Symbol("ξ", positive=True))),
            ),
            exact(
                "c(γ − c)/(1 − c) = γ²(P − 1)/(P(P − γ)) at c = γ/P",
                (c * (gamma - c) / (1 - c)).subs(c, gamma / P),
                gamma**2 * (P - 1) / (P * (P - gamma)),
            ),
            exact("P = 1: it is that of D2.2", OVERLAP.subs(c, gamma), OF_ONE_PROMPT),
            argument(
                "As θ → θ_c from above it tends to 0, and for θ ≤ θ_c there is no outlier: K' = 0 at the edge, so "
                "ω'(z) → ∞, and the vector at the edge holds nothing of u in the limit, as in D2.2."
            ),
        ),
    )


def overlap(strength: Number, aspect: Number, prompts: int) -> Fraction:
    r"""Return the limit of $(u\cdot\nu)^2/\lVert\nu\rVert^2$ of the top vector ν of P > γ prompts, exactly.

    Errors as ``trained_prompts.pencil``. Source: derived here; P = 1 is arXiv:0910.2120. Worked value: θ = 1, γ = 1,
    P = 2 gives 1/9; θ = 1/2 gives 0.
    """
    known = pencil.pencil(strength, aspect, prompts)
    if known[theta] <= 0 or known[theta] ** 2 <= pencil.threshold_squared(aspect, prompts):
        return Fraction(0)
    return exactly.evaluate(OVERLAP, known)
