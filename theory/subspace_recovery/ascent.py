r"""Projected stochastic gradient ascent near the signal direction: how far from it the iterate is after T steps.

$q \mapsto (q + \eta_t g)/\lVert q + \eta_t g\rVert$, g the gradient of $\lVert o(q)\rVert^2$ on N fresh tokens,
$\eta_t = c\,t^{-\alpha}$. As $N \to \infty$ at fixed d, T and steps, from $q = u$: $N E(1 - m_T^2) \to (d - 1)
N\sigma^2 S_T$, with $S_t = (1 - \tilde\eta_t J'(1))^2 S_{t-1} + \tilde\eta_t^2$ and
$\tilde\eta = \eta/(1 + \eta(2\beta^2 + J'(1)))$.
"""

from collections.abc import Iterable
from fractions import Fraction

from flint import arb
from sympy import Expr, symbols

from .. import exact as exactly
from ..derivation import Derivation, Step, argument, definition, exact
from ..elementary import enclosure
from ..exact import Number
from .gradient_noise import variance
from .objective import Model, beta, slope

eta, slope_there, c, s = symbols("η J′ c s", positive=True)  # J′ is J'(1)
pull, sine = symbols("f′ √(1−m²)", real=True)  # the slope of J − β² at m
m = symbols("m", real=True)

EFFECTIVE: Expr = eta / (1 + eta * (2 * beta**2 + slope_there))
r"""The step $\tilde\eta$ that is left of η after the normalisation, near u."""

PLATEAU: Expr = eta / (slope_there * (2 + eta * (4 * beta**2 + slope_there)))
r"""The limit of $S_T$ at constant steps, if $J'(1) > 0$."""

UP: Expr = m * (1 + 2 * beta**2 * eta) + eta * pull
ACROSS: Expr = sine * (1 + 2 * beta**2 * eta)
"""q + ηg along u and across it, in the limit N → ∞; f' is J'(m)."""


def step_sizes(first: Number, exponent: Number, steps: int) -> list[arb]:
    """Return η_t = c t^{−α}, t = 1, …, T, as balls; ``ValueError`` unless c > 0, α ≥ 0 and T ≥ 1.

    Worked value: c = 1, α = 1, T = 2 gives 1 and 1/2.
    """
    c, alpha = exactly.rational(first, "first step c"), exactly.rational(exponent, "exponent α")
    if c <= 0 or alpha < 0:
        raise ValueError(f"there must be c > 0 and α ≥ 0, not c = {c}, α = {alpha}")
    power = -exactly.enclosed(alpha)
    return [exactly.enclosed(c) * arb(t) ** power for t in range(1, exactly.count(steps, "number of steps T") + 1)]


def spread(model: Model, sizes: Iterable[arb]) -> arb:
    """Return S_T of a model, from S_0 = 0, after steps of those sizes; ``ValueError`` unless δ = 0 (d is fixed).

    Worked value: one step η gives the square of the effective step, η/(1 + η(2β² + J'(1))).
    """
    return spread_of(slope(fixed_dimension(model), 1), model.beta, sizes)


def spread_of(there: arb, inverse_temperature: Fraction, sizes: Iterable[arb]) -> arb:
    """Return S_T at a given J'(1) and β. Worked value: J'(1) = 0, β² = 1/2, one step 1 gives 1/4."""
    total = arb(0)
    for size in sizes:
        step = _at(EFFECTIVE, there, inverse_temperature, size)
        total = (1 - step * there) ** 2 * total + step**2
    return total


def error(model: Model, dimension: int, sizes: Iterable[arb]) -> arb:
    r"""Return the limit of $N E(1 - m_T^2)$ from $q = u$, a ball: $(d - 1)\,N\sigma^2 S_T$.

    Errors: ``ValueError`` unless δ = 0 (d is fixed) and d ≥ 1. Source: derived here. Worked value: d = 1 gives 0.
    """
    return (exactly.count(dimension, "dimension d") - 1) * variance(model) * spread(model, sizes)


def plateau(model: Model, size: Number) -> arb:
    r"""Return $\lim_T S_T$ at constant steps η; ``ValueError`` unless η > 0 and $J'(1) > 0$, and δ = 0.

    Worked value: β = 1/2, θ = 2, π = 1/2, η = 1/2: 0.0387.
    """
    step = exactly.enclosed(exactly.rational(size, "step η"))
    there = slope(fixed_dimension(model), 1)
    if not (step > 0 and there > 0):
        raise ValueError(f"there is no plateau but for η > 0 and J'(1) > 0, not η = {size}, J'(1) = {there}")
    return _at(PLATEAU, there, model.beta, step)


def decay(model: Model, first: Number, exponent: Number) -> arb:
    r"""Return $\lim_T T^\alpha S_T$ of a model; errors as ``decay_of``, and ``ValueError`` unless δ = 0.

    Worked value: β = 1/2, θ = 2, π = 1/2 (J'(1) = 3.1644), c = 1: 0.1580 for α < 1 and 0.1877 for α = 1.
    """
    return decay_of(slope(fixed_dimension(model), 1), first, exponent)


def decay_of(there: arb, first: Number, exponent: Number) -> arb:
    r"""Return $\lim_T T^\alpha S_T$: $c/(2J'(1))$ for 0 < α < 1, $c^2/(2cJ'(1) - 1)$ for α = 1, at a given J'(1).

    Errors: ``ValueError`` for another α, J'(1) ≤ 0, or 2cJ'(1) ≤ 1 at α = 1. Source: K. L. Chung,
    doi:10.1214/aoms/1177728716. Worked value: J'(1) = 1, c = 1: 1/2 for α < 1 and 1 for α = 1.
    """
    c, alpha = exactly.rational(first, "first step c"), exactly.rational(exponent, "exponent α")
    if c <= 0 or not 0 < alpha <= 1 or not there > 0:
        raise ValueError(f"there must be c > 0, 0 < α ≤ 1 and J'(1) > 0, not c = {c}, α = {alpha}, J'(1) = {there}")
    ball = exactly.enclosed(c)
    if alpha < 1:
        return ball / (2 * there)
    if not 2 * ball * there > 1:
        raise ValueError(f"at α = 1 there must be 2cJ'(1) > 1, not {2 * ball * there}: else the start decides")
    return ball**2 / (2 * ball * there - 1)


def fixed_dimension(model: Model) -> Model:
    """Return the model; ``ValueError`` unless δ = 0. Worked value: Model.of(1, 1, 1) is returned."""
    if model.ratio:
        raise ValueError(f"the error law is at fixed d: δ must be 0, not {model.ratio}")
    return model


def _at(expression: Expr, there: arb, inverse_temperature: Fraction, size: arb) -> arb:
    values = {beta: exactly.enclosed(inverse_temperature), slope_there: there, eta: size}
    return enclosure(expression, values)


def step_map() -> tuple[Step, ...]:
    """Derive the step in the limit N → ∞, a map of the angle to u, and its slope at u."""
    moved = (UP / ACROSS * sine / m).subs(pull, slope_there).subs(m, 1)
    return (
        definition(
            "From q on the sphere a step of the size η leads to (q + ηg)/‖q + ηg‖, g = ∇‖o‖² on N fresh tokens; "
            "f(m) = J∞(m) − β², f' = J'. d, T and the steps are fixed, N → ∞."
        ),
        argument(
            "o(q) → βq + θw(q·u)u for every q, on the sphere or not (C1), and the gradients converge with it, all "
            "being ratios of means over the tokens: ‖o‖² → β²‖q‖² + f(q·u), g → 2β²q + f'(m)u. So q + ηg has the "
            "components UP along u and ACROSS across it, in the plane of q and u."
        ),
        exact(
            "‖q + ηg‖² = (1 + 2β²η)² + 2ηf'm(1 + 2β²η) + η²f'² where √(1−m²)² = 1 − m²",
            (UP**2 + ACROSS**2).expand().subs(sine**2, 1 - m**2),
            (1 + 2 * beta**2 * eta) ** 2 + 2 * eta * pull * m * (1 + 2 * beta**2 * eta) + (eta * pull) ** 2,
        ),
        exact(
            "the tangent of the angle is multiplied at u by (1 + 2β²η)/(1 + 2β²η + ηJ') = 1 − η̃J'",
            1 / moved,
            1 - EFFECTIVE * slope_there,
        ),
    )


def derivation() -> Derivation:
    """Derive the recursion of S_t and its limits."""
    return Derivation(
        result="N E(1 − m_T²) → (d − 1)Nσ²S_T;  T^α S_T → c/(2J'(1)) for α < 1, c²/(2cJ'(1) − 1) for α = 1",
        steps=(
            *step_map(),
            argument(
                "From q = u the part v_t of q_t across u stays of the order 1/√N: v_t = (1 − η̃_tJ')v_{t−1} + η̃_t ξ_t + "
                "O(1/N), ξ_t the part of the gradient at u across u, of fresh tokens, so independent of v_{t−1}, with "
                "mean 0 and the covariance σ²I on d − 1 coordinates (C5.noise). 1 − m² = ‖v‖²."
            ),
            argument(
                "So N E‖v_t‖² → (d − 1)Nσ²S_t with S_t = (1 − η̃_tJ')²S_{t−1} + η̃_t², S_0 = 0: 1 − m² ≤ 1, and where "
                "the sums of the softmax weights are not below half their mean, which fails with exponentially small "
                "probability, all moments of √N v_t are bounded."
            ),
            exact(
                "η̃²/(1 − (1 − η̃J')²), the fixed point of constant steps, is PLATEAU",
                EFFECTIVE**2 / (1 - (1 - EFFECTIVE * slope_there) ** 2),
                PLATEAU,
            ),
            argument("If J' > 0 then 0 < η̃J' < 1 for every η > 0: S_T tends to that fixed point, geometrically."),
            exact("PLATEAU/η at η = 0 is 1/(2J')", (PLATEAU / eta).cancel().subs(eta, 0), 1 / (2 * slope_there)),
            argument(
                "α ∈ (0, 1): S_t/η̃_t obeys a recursion with the contraction 1 − 2J'η̃_t + o(η̃_t) and the source η̃_t, "
                "as η̃_{t−1}/η̃_t = 1 + O(1/t) = 1 + o(η̃_t); Σ η̃_t = ∞, so S_t/η̃_t → 1/(2J') by Chung's lemma. This "
                "takes α < 1 and no other bound: α > 1/2 is not used."
            ),
            exact(
                "s = c²/(2cJ' − 1) solves (2cJ' − 1)s = c²",
                ((2 * c * slope_there - 1) * s).subs(s, c**2 / (2 * c * slope_there - 1)),
                c**2,
            ),
            argument(
                "α = 1: tS_t obeys a recursion with the contraction 1 − (2cJ' − 1)/t + O(1/t²) and the source c²/t + "
                "O(1/t²), so it tends to that s by Chung's lemma if 2cJ' > 1; else the start decides."
            ),
            argument(
                "A start beside u, with tangent τ, adds τ²Π(1 − η̃_tJ')² for small τ: below every power of T for α < 1, "
                "of the order T^{−2cJ'} for α = 1."
            ),
        ),
    )
