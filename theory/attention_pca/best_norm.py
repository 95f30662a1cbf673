r"""The least risk in a prompt of L keys, fresh query, over the norm of μ along v_1."""

from dataclasses import dataclass
from fractions import Fraction

from flint import arb
from sympy import Expr, Rational, symbols

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


phi, sine, cosine = symbols("φ S C", real=True)
pi, root = symbols("π √3", positive=True)  # letters: what is shown of them is rational

HULL: Expr = Rational(4, 3) - root / pi
"""H_2: the mean square distance of a standard normal number from the interval between two others."""


@dataclass(frozen=True)
class Best:
    """The coupling b = λ_1‖μ‖² of the best norm, and the risk there."""

    coupling: Fraction
    risk: Fraction


def derivation() -> Derivation:
    """Derive the linear head's best norm for every L, and the softmax head's limit and bound."""
    return Derivation(
        result="linear: b*_L = λ_1/((1 + 1/L)λ_1 + t/L), R = t − λ_1²/((1 + 1/L)λ_1 + t/L); softmax: R_L(b*_L) lies "
        "above (t − λ_1)(1 + 1/L) + λ_1H_L and tends to t − λ_1, b*_L → 1; H_L ≥ 0, H_2 = 4/3 − √3/π",
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
                "Sharper: Σ w² ≥ 1/L, and M is in the hull of the keys, so 1 − F ≥ H_L, the mean square distance of a "
                "normal number from the hull of L others: R_L ≥ (t − ρ)(1 + 1/L) + ρH_L. H_L ≤ E (g − z̄)² = 1 + "
                "1/L, as the mean z̄ of the keys is in the hull: the bound does not grow with ρ, and ρ ≤ λ_1."
            ),
            argument(
                "H_2 = 2E[min(x, y)²; x, y > 0] = 4E[x²; 0 < x < y] with x = g − z_1, y = g − z_2, both of variance 2 "
                "and covariance 1. Let x = √2 r cos φ, y − x = √2 r cos(φ − 2π/3), which is isotropic with E r² = 2: "
                "both are positive for φ in (π/6, π/2), so H_2 = (8/π)∫ cos² φ dφ over it."
            ),
            exact(
                "(φ/2 + SC/2)' = C² where C = cos φ, S = sin φ, S² = 1 − C²",
                _turned(phi / 2 + sine * cosine / 2).expand().subs(sine**2, 1 - cosine**2).expand(),
                cosine**2,
            ),
            exact(
                "from π/6, S = ½, C = √3/2, to π/2, S = 1, C = 0: H_2 = 4/3 − √3/π",
                8 / pi * (_area(pi / 2, 1, 0) - _area(pi / 6, Rational(1, 2), root / 2)),
                HULL,
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


def softmax_floor(trace: Number, top: Number, length: int) -> arb:
    """Return a lower bound of the softmax head's risk, fresh query: (t − λ_1)(1 + 1/L), and λ_1 ``HULL`` at L = 2.

    Arguments and errors as ``linear``, and L ≥ 2. Source: derived here. Worked value: t = 4, λ_1 = 2, L = 2 gives
    3 + 2(4/3 − √3/π) = 4.564….
    """
    total, share = exactly.rational(trace, "trace t"), exactly.rational(top, "λ_1")
    if not 0 < share <= total:
        raise ValueError(f"λ_1 must be in (0, t], not {top} with t = {trace}")
    if exactly.prompt_length(length) < 2:
        raise ValueError(f"prompt length L must be at least 2, not {length}")
    floor = exactly.enclosed((total - share) * (1 + Fraction(1, length)))
    if length > 2:
        return floor
    hull = exactly.enclose((pi * HULL).expand(), {pi: arb.pi(), root: arb(3).sqrt()}) / arb.pi()
    return floor + exactly.enclosed(share) * hull


def _turned(expression: Expr) -> Expr:
    """Return the derivative in φ."""
    return expression.diff(phi) + expression.diff(sine) * cosine - expression.diff(cosine) * sine


def _area(angle: Expr, high: Expr | int, wide: Expr | int) -> Expr:
    return (phi / 2 + sine * cosine / 2).subs({phi: angle, sine: high, cosine: wide})
