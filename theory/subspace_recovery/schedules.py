r"""Step schedules beside those of the law of the error: steps with a finite sum, and ascent without a signal."""

from collections.abc import Iterable
from fractions import Fraction

from flint import arb
from sympy import symbols

from .. import exact as exactly
from ..derivation import Derivation, argument, certified, exact
from ..elementary import enclosure
from ..exact import Number
from .ascent import ACROSS, UP, eta, fixed_dimension, m, pull, sine, step_map, step_sizes
from .objective import Model, beta, slope


def drifted(model: Model, alignment: Number, sizes: Iterable[arb]) -> arb:
    """Return the alignment after those steps in the limit N → ∞ at fixed d, where the ascent is not random.

    Errors: ``ValueError`` unless δ = 0 and |m| ≤ 1. Worked value: from m = 1 it stays 1.
    """
    start = exactly.rational(alignment, "alignment m")
    if abs(start) > 1:
        raise ValueError(f"the alignment m must be between −1 and 1, not {start}")
    at, side = exactly.enclosed(start), exactly.root(1 - start**2)
    for size in sizes:
        values = {beta: exactly.enclosed(model.beta), eta: size, m: at, sine: side}
        values[pull] = slope(fixed_dimension(model), at)
        up, across = enclosure(UP, values), enclosure(ACROSS, values)
        length = (up**2 + across**2).sqrt()
        at, side = up / length, across / length
    return at


def stops_derivation() -> Derivation:
    """Derive that for α > 1 the ascent stops beside u, in the limit N → ∞ and at every N."""
    model, sizes = Model.of(Fraction(1, 2), 2, Fraction(1, 2)), step_sizes(Fraction(1, 5), 2, 10)
    return Derivation(
        result="α > 1: the ascent converges to a point that depends on the start, not to u",
        steps=(
            *step_map(),
            exact(
                "the tangent of the angle is divided by 1 + ηf'/(m(1 + 2β²η))",
                UP / m / (1 + 2 * beta**2 * eta),
                1 + eta * pull / (m * (1 + 2 * beta**2 * eta)),
            ),
            argument(
                "f'(m)/m is bounded on (0, 1], by K say, for a symmetric sign (f is even and smooth), and so log of "
                "the tangent falls by at most K Σ η_t ≤ K c ζ(α) in all: the limit of m_t is below 1. While m_t is "
                "near 1 and the steps are small the factor of the tangent is exp(−J'(1) Σ η_t)."
            ),
            argument(
                "At finite N: ‖g‖ ≤ 4β max‖x_i‖³, as |c_i| ≤ 4βw_i max‖x_i‖², and a step moves q by at most 2η‖g‖. So "
                "the way that q makes has the expectation 8βcζ(α) E max‖x_i‖³ at most, whatever the start: q_t "
                "converges almost surely, with small c to a point near the start."
            ),
            certified(
                "at N = ∞, β = 1/2, θ = 2, π = 1/2, ten steps t^−2/5 lead from m = 1/4 to less than 0.6, from m = 3/4 "
                "to more than 0.9",
                bool(drifted(model, Fraction(1, 4), sizes) < 0.6 and drifted(model, Fraction(3, 4), sizes) > 0.9),
            ),
        ),
    )


def uniform_derivation() -> Derivation:
    """Derive that without signal a uniform start stays uniform."""
    d, square = symbols("d m²", positive=True)
    return Derivation(
        result="θ = 0, uniform start: E m_T² = 1/d for every T, N, β and all steps",
        steps=(
            argument(
                "At θ = 0 all tokens are N(0, I), and for every rotation Q, (Qx_1, …, Qx_N) has their law; the step "
                "from Qq on the tokens Qx_i leads to Q times that from q on x_i. So a uniform q_t, independent of the "
                "fresh tokens, leads to a q_{t+1} whose law is invariant under rotations: uniform."
            ),
            argument("The squared coordinates of a uniform unit vector have equal means m² and sum to 1."),
            exact("d m² = 1 at m² = 1/d", (d * square).subs(square, 1 / d), 1),
        ),
    )
