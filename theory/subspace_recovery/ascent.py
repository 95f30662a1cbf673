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

eta, slope_there, first_size, s, epsilon = symbols("η J′ c s ε", positive=True)  # J′ is J'(1), ε = 1/t
pull, sine = symbols("f′ √(1−m²)", real=True)  # the slope of J − β² at m
m = symbols("m", real=True)

EFFECTIVE: Expr = eta / (1 + eta * (2 * beta**2 + slope_there))
r"""The step $\tilde\eta$ that is left of η after the normalisation, near u."""

PLATEAU: Expr = eta / (slope_there * (2 + eta * (4 * beta**2 + slope_there)))
r"""The limit of $S_T$ at constant steps, if $J'(1) > 0$."""

DECAY: Expr = first_size * (PLATEAU / eta).cancel().subs(eta, 0)
r"""The limit of $T^\alpha S_T$ for 0 < α < 1: c times that of the plateau over η."""

HARMONIC: Expr = first_size**2 / (2 * first_size * slope_there - 1)
"""The limit of $T S_T$ for α = 1 and $2cJ'(1) > 1$."""

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
    """Return S_T of a model, from S_0 = 0, after steps of those sizes.

    Errors: as ``known_sizes``, and ``ValueError`` unless δ = 0 (d is fixed).
    Worked value: one step η gives the square of the effective step, η/(1 + η(2β² + J'(1))).
    """
    return spread_of(slope(fixed_dimension(model), 1), model.beta, sizes)


def spread_of(there: arb, inverse_temperature: Fraction, sizes: Iterable[arb]) -> arb:
    """Return S_T at a given J'(1) ≥ 0 and β > 0; else, and as ``known_sizes``, ``ValueError``.

    Worked value: J'(1) = 0, β = 1/2, one step 1 gives 1/(1 + 1/2)² = 4/9.
    """
    if not (there.is_finite() and there >= 0 and exactly.rational(inverse_temperature, "inverse temperature β") > 0):
        raise ValueError(f"there must be J'(1) ≥ 0 and β > 0, not J'(1) = {there}, β = {inverse_temperature}")
    total = arb(0)
    for size in known_sizes(sizes):
        step = _at(EFFECTIVE, there, inverse_temperature, size)
        total = (1 - step * there) ** 2 * total + step**2
    return total


def known_sizes(sizes: Iterable[arb]) -> list[arb]:
    """Return the step sizes; ``ValueError`` if one is negative or not finite. Worked value: none is no step."""
    steps = list(sizes)
    for size in steps:
        if not (size.is_finite() and size >= 0):
            raise ValueError(f"step sizes must be finite and not negative, as {size} is not")
    return steps


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
    values = {first_size: exactly.enclosed(c), slope_there: there}
    if alpha < 1:
        return enclosure(DECAY, values)
    if not (twice := 2 * values[first_size] * there) > 1:
        raise ValueError(f"at α = 1 there must be 2cJ'(1) > 1, not {twice}: else the start decides")
    return enclosure(HARMONIC, values)


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


def _harmonic() -> tuple[Step, ...]:
    """Derive the recursion of s_t = tS_t at steps c/t to the first order in ε = 1/t, and its root."""
    step = EFFECTIVE.subs(eta, first_size * epsilon)
    after = (1 - step * slope_there) ** 2 * s / (1 - epsilon) + step**2 / epsilon  # S_{t−1} = s/(t − 1) = εs/(1 − ε)
    first_order = ((after - s) / epsilon).cancel().subs(epsilon, 0)
    return (
        exact(
            "η = cε, ε = 1/t: (((1 − η̃J')² εs/(1 − ε) + η̃²)/ε − s)/ε at ε = 0 is c² − (2cJ' − 1)s",
            first_order,
            first_size**2 - (2 * first_size * slope_there - 1) * s,
        ),
        exact("it is 0 at s = c²/(2cJ' − 1)", first_order.subs(s, HARMONIC), 0),
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
                "probability, all moments of √N v_t are bounded. This is N → ∞ at fixed T; below T → ∞ in S_T."
            ),
            exact(
                "η̃²/(1 − (1 − η̃J')²), the fixed point of constant steps, is PLATEAU",
                EFFECTIVE**2 / (1 - (1 - EFFECTIVE * slope_there) ** 2),
                PLATEAU,
            ),
            argument("If J' > 0 then 0 < η̃J' < 1 for every η > 0: S_T tends to that fixed point, geometrically."),
            exact("c PLATEAU/η at η = 0 is c/(2J')", DECAY, first_size / (2 * slope_there)),
            argument(
                "α ∈ (0, 1): S_t/η̃_t obeys a recursion with the contraction 1 − 2J'η̃_t + o(η̃_t) and the source η̃_t, "
                "as η̃_{t−1}/η̃_t = 1 + O(1/t) = 1 + o(η̃_t); Σ η̃_t = ∞, so S_t/η̃_t → 1/(2J') by Chung's lemma. This "
                "takes α < 1 and no other bound: α > 1/2 is not used."
            ),
            *_harmonic(),
            argument(
                "α = 1: so s_t = tS_t obeys a recursion with the contraction 1 − (2cJ' − 1)/t + O(1/t²) and the source "
                "c²/t + O(1/t²), and tends to that root by Chung's lemma if 2cJ' > 1; else the start decides."
            ),
            argument(
                "A start beside u, with tangent τ, adds τ²Π(1 − η̃_tJ')² for small τ: below every power of T for α < 1, "
                "of the order T^{−2cJ'} for α = 1."
            ),
        ),
    )


def in_time() -> Derivation:
    """Derive that N and T may tend to infinity together: the error law holds uniformly in T ≤ N^K."""
    law = derivation()
    return Derivation(
        result="N E(1 − m_T²) = (d − 1)Nσ²S_T(1 + o(1)), uniformly in T ≤ N^K for every K; symmetric sign, J'(1) > 0",
        steps=(
            *law.steps,
            argument(
                "Uniformly in T: let η_t = c t^{−α} with 0 ≤ α < 1, or α = 1 and 2cJ' > 1. V_t = ‖v_t‖² is a Markov "
                "chain, as neither rotations about u nor the sign of q and all tokens together change a law, and "
                "E(v_{t+1} | v_t) = ρv_t: the drift is odd in v."
            ),
            argument(
                "g is a rational function of means over the tokens, smooth where the mean B of e^{score} is positive; "
                "E B^{−k} ≤ max E e^{−k score} by convexity, so all moments of ‖g‖ are bounded in N and q, and g is "
                "farther than ε from its limit with a probability O(N^{−k}) for every k, where ‖q_{t+1} − q_t‖ ≤ "
                "2η‖g‖ is of use. So by Taylor's formula, for V ≤ r: ρ = 1 − η̃J' + O(η(V + 1/N)), the covariance of "
                "v_{t+1} has the trace η̃²(d − 1)σ² + O(η²(V/N + 1/N²)), even in v, and E‖v_{t+1} − ρv‖^{2k} = "
                "O(η^{2k}N^{−k})."
            ),
            argument(
                "So E(V_{t+1}^k | V_t = V) ≤ fV^k + Cη^{k+1}N^{−k} for V ≤ r, N large: a term ‖v‖^{2k−j}η^jN^{−j/2}, "
                "j ≥ 2, is at most εηV^k + C_εη^{2k+1−2k/j}N^{−k} (Young). f < 1, and f = 1 − 2kaη for small η, with "
                "a as near to J' as r and ε are small. With τ the first t with V_t > r: P(τ ≤ T) = O(TN^{−k}) for "
                "every k, and E V_t² over t < τ is O(η_t²N^{−2}), for α = 1 as 4ac > 2."
            ),
            argument(
                "Hence a_t = E V_t over t < τ obeys a_{t+1} = (1 − η̃J')²a_t + η̃²(d − 1)σ² + O(ηE V_t² + ηa_t/N + "
                "η²/N²), and P(τ ≤ T) beside that in all. Summed with the contraction the error is O(η_TN^{−2}) + "
                "O(TN^{−k}), for α = 1 as 2cJ' > 1; and S_T is of the order η_T. So N and T may tend to infinity "
                "together if T ≤ N^K: take k > K + 1 + αK."
            ),
        ),
    )
