r"""Step schedules beside those of the theorem: constant and slowly falling steps, and steps with a finite sum."""

from collections.abc import Iterable

from flint import arb
from sympy import Expr, Symbol

from .. import exact as exactly
from ..derivation import Derivation, argument, exact
from ..elementary import enclosure
from ..exact import Number
from . import ascent
from .ascent import ACROSS, UP, eta, fixed_dimension, known_sizes, m, pull, sine, step_map
from .objective import OUTPUT_SQUARE, Model, beta, slope, theta, w

TURN: Expr = 1 / (1 + eta * pull / (m * (1 + 2 * beta**2 * eta)))
"""What a step multiplies the tangent of the angle to u by, in the limit N → ∞, at m ≠ 0."""

STEEPEST: Expr = 2 * beta**2 * theta**2 * (2 + theta**2)
"""K: J'(m)/m is between 0 and K on (0, 1] if s is symmetric and |s| ≤ 1."""


def drifted(model: Model, alignment: Number, sizes: Iterable[arb]) -> arb:
    """Return the tangent of the angle to u after those steps in the limit N → ∞ at fixed d: nothing is random then.

    Errors: ``ValueError`` unless the latent sign is symmetric, 0 < m ≤ 1 and δ = 0, and as ``known_sizes``;
    ``ArithmeticError`` if the enclosure is lost. Worked value: from m = 1 it stays 0.
    """
    start = exactly.rational(alignment, "alignment m")
    if model.latent == "constant" or not 0 < start <= 1:
        raise ValueError(f"there must be a symmetric sign and 0 < m ≤ 1, not {model.latent} and m = {start}")
    fixed_dimension(model)
    tangent = exactly.root(1 / start**2 - 1)
    for size in known_sizes(sizes):
        at = 1 / (1 + tangent**2).sqrt()
        values = {beta: exactly.enclosed(model.beta), eta: size, m: at, pull: _slope_over(model, at)}
        tangent *= enclosure(TURN, values)
        if not tangent.is_finite():
            raise ArithmeticError("the enclosure of the tangent is lost: it must stay finite")
    return tangent


def _slope_over(model: Model, alignment: arb) -> arb:
    """Return J' over a ball by the mean value theorem: the terms of J' cancel, and a ball does not know it."""
    middle = alignment.mid()
    return slope(model, middle) + slope(model, alignment, 2) * (alignment - middle)


def stop(model: Model, alignment: Number, first: Number, exponent: int, steps: int) -> arb:
    r"""Return a ball that contains $1 - m_t^2$ for every $t \ge T$, and its limit, as N → ∞, at steps $c\,t^{-\alpha}$.

    ``steps``: T; ``exponent``: α, whole. After T the tangent falls by $e^{-K c\zeta(\alpha, T + 1)}$ at most. Errors:
    as ``drifted`` and ``ascent.step_sizes``, and ``ValueError`` unless α ≥ 2 and the sign is Rademacher's.
    Worked value: from m = 1 it is 0.
    """
    if model.latent != "rademacher" or exactly.count(exponent, "exponent α") < 2:
        raise ValueError(f"there must be a Rademacher sign and α ≥ 2, not {model.latent} and α = {exponent}")
    tangent = drifted(model, alignment, ascent.step_sizes(first, exponent, steps))
    tail = exactly.enclosed(exactly.rational(first, "first step c")) * arb(exponent).zeta(arb(steps + 1))
    values = {symbol: exactly.enclosed(number) for symbol, number in ((beta, model.beta), (theta, model.theta))}
    tangent = tangent.union(tangent * (-enclosure(STEEPEST, values) * tail).exp())
    return 1 - 1 / (1 + tangent**2)


def stops_derivation() -> Derivation:
    """Derive that for α > 1 the ascent stops beside u, in the limit N → ∞ and at every N."""
    rate = Symbol("w′", real=True)
    steepness = OUTPUT_SQUARE.diff(m) + OUTPUT_SQUARE.diff(w) * rate
    return Derivation(
        result="α > 1: the ascent converges to a point that depends on the start, not to u",
        steps=(
            *step_map(),
            exact(
                "the tangent of the angle is multiplied by 1/(1 + ηf'/(m(1 + 2β²η)))",
                ACROSS / UP * m / sine,
                TURN,
            ),
            exact(
                "dJ/dm = 2βθ(w + mw') + 2θ²ww'",
                steepness,
                2 * beta * theta * (w + m * rate) + 2 * theta**2 * w * rate,
            ),
            argument(
                "Let s be symmetric with |s| ≤ 1. w = Λ'(βθm), Λ = log(1 − π + πM) even, and Λ'' is the variance of a "
                "variable in [−1, 1] (s of an informative token, 0 of another, under weights): 0 ≤ w' ≤ βθ and so "
                "0 ≤ w ≤ βθm on m ≥ 0. For other symmetric signs f'(m)/m is bounded on (0, 1] as f is even and smooth."
            ),
            exact(
                "2βθ(w + mw') + 2θ²ww' at w = βθm, w' = βθ is Km, K = 2β²θ²(2 + θ²)",
                steepness.subs({w: beta * theta * m, rate: beta * theta}),
                STEEPEST * m,
            ),
            argument(
                "So 0 ≤ f'(m)/m ≤ K, and log of the tangent falls by at most K Σ η_t over any steps: by K c ζ(α) in "
                "all, and after T by K Σ_{t>T} η_t. From a tangent τ_0 it tends to a limit between e^{−Kcζ(α)}τ_0 and "
                "τ_0: never to 0, and to another one from any start of a tangent above e^{Kcζ(α)}τ_0. While m_t is "
                "near 1 the tangent is multiplied by 1 − η̃_tJ'(1)."
            ),
            argument(
                "At finite N: ‖g‖ ≤ 4β max‖x_i‖³, as |c_i| ≤ 4βw_i max‖x_i‖², and a step moves q by at most 2η‖g‖. So "
                "the way that q makes has the expectation 8βcζ(α) E max‖x_i‖³ at most, whatever the start: q_t "
                "converges almost surely, with small c to a point near the start."
            ),
        ),
    )


def slow_derivation() -> Derivation:
    """Derive the error law for α ≤ 1/2, and that there is none without signal."""
    law = ascent.in_time()
    return Derivation(
        result="α < 1, also α ≤ 1/2: N E(1 − m_T²) → (d − 1)Nσ²S_T; S_T → PLATEAU for α = 0, T^α S_T → c/(2J') else",
        steps=(
            *law.steps,
            argument(
                "J' > 0 is used. At θ = 0 all tokens are N(0, I), and for every rotation Q, (Qx_1, …, Qx_N) has their "
                "law; the step from Qq on the tokens Qx_i leads to Q times that from q on x_i. So a uniform q_t leads "
                "to a uniform q_{t+1}: E m_T² = 1/d for every T, N and all steps, the squared coordinates having equal "
                "means of the sum 1."
            ),
        ),
    )
