r"""The least risk in a prompt of L keys, fresh query: over the norm of μ along v_1, and reached by training."""

from dataclasses import dataclass
from fractions import Fraction

from sympy import Expr

from .. import exact as exactly
from ..derivation import Derivation, argument, definition, exact
from ..exact import Number
from .finite_prompt import L
from .gated_heads import FRESH, kept
from .objective import b, t
from .reduction import RISK, F, G, W, rho

LINEAR_RISK: Expr = RISK.subs(FRESH).subs(kept, 1)
"""Of the linear head, fresh query, in t, ρ, b and L."""

DENOMINATOR: Expr = (1 + 1 / L) * rho + t / L

BEST_COUPLING: Expr = rho / DENOMINATOR
LEAST_RISK: Expr = t - rho**2 / DENOMINATOR


@dataclass(frozen=True)
class Best:
    """The coupling b = λ_1‖μ‖² of the best norm, and the risk there."""

    coupling: Fraction
    risk: Fraction


def derivation() -> Derivation:
    """Derive the linear head's best norm for every L, the softmax head's limit, and where training goes."""
    return Derivation(
        result="linear: b*_L = λ_1/((1 + 1/L)λ_1 + t/L), R = t − λ_1²/((1 + 1/L)λ_1 + t/L); softmax: R_L(b*_L) ↓ lies"
        " above t − λ_1 and tends to it, b*_L → 1; SGD on fresh prompts follows −∇R_L",
        steps=(
            definition("β = 1, fresh query, L ≥ 2; b*_L is a b at which R_L along v_1 is least; e = q − T(q)."),
            exact(
                "linear: R_L(b) = t − ρ²/D + D(b − ρ/D)², D = (1 + 1/L)ρ + t/L",
                LINEAR_RISK,
                LEAST_RISK + DENOMINATOR * (b - BEST_COUPLING) ** 2,
            ),
            argument(
                "So ρ/D is best for a direction, with the value t − ρ²/D. It falls in ρ, as ρ²/D = ρ/((1 + 1/L) + "
                "t/(Lρ)) grows: ρ = λ_1. As L → ∞, b*_L → 1 and the value tends to t − λ_1."
            ),
            exact(
                "softmax: R_L − (t − ρ) = (t − ρ)G + ρ(1 − F)",
                RISK.subs(W, 0) - (t - rho),
                (t - rho) * G + rho * (1 - F),
            ),
            argument(
                "G ≥ 0 and 1 − F = E(g − M)² ≥ 0, so R_L ≥ t − ρ ≥ t − λ_1 for every μ. By A4.3 R_L at b = 1 along "
                "v_1 tends to t − λ_1, hence the minimum does, and E(g − M)² → 0 at b*_L."
            ),
            argument(
                "E(g − M)² ≥ (E g² − E gM)² = (1 − E gM)² (Cauchy and Schwarz). Given z and g ≠ 0, gM grows with b, "
                "so E gM is increasing in b, and tends to b for every fixed b (A4.3): b*_L ≥ 1 + ε would give E gM ≥ "
                "1 + ε + o(1), b*_L ≤ 1 − ε would give E gM ≤ 1 − ε + o(1). So b*_L → 1."
            ),
            argument(
                "A step of SGD on a fresh prompt is −η∇‖e‖², whose expectation is −η∇R_L (dominated differentiation);"
                " for steps η_n with Σ η_n = ∞, Σ η_n² < ∞ a bounded path converges to the stationary set, and not to"
                " strict saddles (Robbins and Monro, doi:10.1214/aoms/1177729586; Pemantle, "
                "doi:10.1214/aop/1176990853). That paths stay bounded and that no other stationary point attracts is "
                "observed, not shown."
            ),
        ),
    )


def linear(trace: Number, top: Number, length: int) -> Best:
    """Return the best coupling and the least risk of the linear head, by evaluating ``BEST_COUPLING``, ``LEAST_RISK``.

    ``trace``: t; ``top``: λ_1 in (0, t]; ``length``: L ≥ 1; ``ValueError`` otherwise. Source: derived here.
    Worked value: t = 3, λ_1 = 2, L = 1: b = 2/7 and 3 − 4/7 = 17/7.
    """
    total, share = exactly.rational(trace, "trace t"), exactly.rational(top, "λ_1")
    if not 0 < share <= total:
        raise ValueError(f"λ_1 must be in (0, t], not {top} with t = {trace}")
    values: dict[Expr, Fraction | int] = {t: total, rho: share, L: exactly.prompt_length(length)}
    return Best(exactly.evaluate(BEST_COUPLING, values), exactly.evaluate(LEAST_RISK, values))
