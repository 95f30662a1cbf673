r"""A constant latent sign: up to which βθ the flow reaches +u from everywhere, and the unstable equilibrium beyond.

$s \equiv 1$, so $J$ is not even: $-u$ is a stationary point of another kind than $u$.
"""

from collections.abc import Callable
from fractions import Fraction

from flint import arb
from sympy import Expr, symbols

from .. import exact as exactly
from ..derivation import Derivation, argument, definition, exact
from ..elementary import enclosure
from ..exact import Number
from .flow import SLOPE, bend, inflation, spread, w, w_twice
from .objective import Model, ratio, share, slope, theta, x

E = symbols("E", positive=True)  # e^x

WEIGHT: Expr = share * E / (1 - share + share * E)
BALANCE: Expr = 1 + (1 - WEIGHT) * (x + theta**2 * WEIGHT)
r"""$dJ_\infty/dx = 2w \cdot$ BALANCE."""

RISING: Expr = (1 - share + share * E) / (1 - share) + x + theta**2 * WEIGHT
"""BALANCE/(1 − w), which increases."""

COUNTED: Expr = (1 - share + share * E) * RISING - ratio * inflation * (1 - E)
"""Has the sign of J' also at δ > 0."""

FACTOR: Expr = 2 * share * (1 - share) * E / (1 - share + share * E) ** 3
"""dJ/dx = FACTOR · COUNTED, with FACTOR > 0."""


def _by_x(expression: Expr) -> Expr:
    return expression.diff(x) + E * expression.diff(E)


def derivation() -> Derivation:
    """Derive where J' vanishes on (−1, 1), and what the flow does."""
    mass = 1 - share + share * E
    twice = mass.subs(E, E**2)
    parts = {w: WEIGHT, bend: _by_x(WEIGHT), w_twice: WEIGHT.subs(E, E**2), spread: twice / mass**2}
    noise = ratio * inflation
    return Derivation(
        result="J′ has the sign of COUNTED(βθm), which has one root x_δ < 0: +u from every start but −u iff "
        "βθ ≤ |x_δ|; beyond, m* = x_δ/(βθ) is unstable, and starts below it end at −u; x_0 ≤ x_δ, 1 < |x_0| < 1 + r + "
        "θ²π, r = π/(1 − π)",
        steps=(
            definition(
                "0 < π < 1, M(x) = E = e^x; m′ = (1 − m²)J′(m), x = βθm; a = 1 − π, w = πE/(a + πE), h = RISING, "
                "F = COUNTED = (a + πE)h − δe^{β²}(1 − E)."
            ),
            exact("dw/dx = w(1 − w)", _by_x(WEIGHT), WEIGHT * (1 - WEIGHT)),
            exact(
                "dJ/dx at δ = 0 is 2w(1 + (1 − w)(x + θ²w))",
                SLOPE.subs(ratio, 0).subs(parts),
                2 * WEIGHT * BALANCE,
            ),
            exact("1 + (1 − w)(x + θ²w) = (1 − w)h", BALANCE, (1 - WEIGHT) * RISING),
            exact("dJ/dx = 2πaE(a + πE)⁻³ F", SLOPE.subs(parts), FACTOR * COUNTED),
            exact(
                "dh/dx = πE/a + 1 + θ²w(1 − w)",
                _by_x(RISING),
                share * E / (1 - share) + 1 + theta**2 * WEIGHT * (1 - WEIGHT),
            ),
            exact(
                "dF/dx = πE h + (a + πE)dh/dx + δe^{β²}E",
                _by_x(COUNTED),
                share * E * RISING + mass * _by_x(RISING) + noise * E,
            ),
            argument(
                "So h increases strictly, from −∞ to ∞. For x ≥ 0, F ≥ (a + πE)h > 0. A root of F has x < 0 and "
                "h = δe^{β²}(1 − E)/(a + πE) ≥ 0, so dF/dx > 0 there: F crosses 0 upwards only, at most once. As F → "
                "−∞ for x → −∞, it has exactly one root x_δ, and J′ has the sign of βθm − x_δ."
            ),
            exact(
                "h at x = 0 is 1 + r + θ²π, r = π/(1 − π)",
                RISING.subs({x: 0, E: 1}),
                1 + share / (1 - share) + theta**2 * share,
            ),
            exact("h at x = −1 is rE + θ²w", RISING.subs(x, -1), share * E / (1 - share) + theta**2 * WEIGHT),
            argument(
                "So h(−1) > 0, and h(−b) < 0 at b = 1 + r + θ²π, as rE < r and w < π for x < 0: −b < x_0 < −1. The "
                "term with δ is negative for x < 0: F(x_0) ≤ 0, so x_0 ≤ x_δ < 0. h increases with θ and π at every x "
                "(r and w do), so |x_0| does; F falls with δe^{β²} at x < 0, so |x_δ| does, and βθ − |x_δ| increases "
                "with β: there is one boundary in β."
            ),
            argument(
                "βθ ≤ |x_δ|: J′ > 0 on (−1, 1), m increases to 1 from every start but −u, where it rests. βθ > |x_δ|: "
                "m* = x_δ/(βθ) is in (−1, 0), J′ < 0 below and > 0 above: m* is unstable, starts above it end at u, "
                "below it at −u. As βθ decreases to |x_δ|, m* tends to −1: it emerges from −u. The rate of the angle "
                "from −u is J′(−1), 0 at the boundary; that of m − m* is (1 − m*²)J″(m*)."
            ),
            argument(
                "π = 1: J = β² + 2βθm + θ² + δe^{β²}, J′ = 2βθ, +u from everywhere. J′(0) > 0 for every π > 0: from "
                "m(0) = x/√d a fixed alignment is reached in a time that does not grow with d."
            ),
        ),
    )


def weak_derivation() -> Derivation:
    """Derive the lower bound of J' for βθ ≤ 1 at δ = 0."""
    return Derivation(
        result="J′ ≥ 2βθw² for βθ ≤ 1, δ = 0",
        steps=(
            definition("As in C4; dJ/dx = 2w(1 + (1 − w)(x + θ²w)) at δ = 0, x = βθm, 0 < w < 1."),
            exact(
                "1 + (1 − w)(x + θ²w) − w = (1 − w)(1 + x) + (1 − w)θ²w",
                BALANCE - WEIGHT,
                (1 - WEIGHT) * (1 + x) + (1 - WEIGHT) * theta**2 * WEIGHT,
            ),
            argument("x ≥ −βθ ≥ −1: both terms are ≥ 0, so dJ/dx ≥ 2w² and J′ = βθ dJ/dx ≥ 2βθw²."),
        ),
    )


def weak_bound(coupling: Number, share_: Number, alignment: Number, power: int = 2) -> arb:
    r"""Return $2\beta\theta w^2$, a lower bound of $J'(m)$ at $\beta\theta \le 1$, δ = 0; w to a ``power``.

    ``coupling``: βθ in (0, 1]; ``power``: another than 2 is wrong. ``ValueError`` unless 0 < π < 1, |m| ≤ 1 and the
    power is an integer of at least 1. Source: derived here.
    Worked value: βθ = 1, π = 1/2, m = 0: 1/2.
    """
    b, p, level = (exactly.rational(value, name) for value, name in ((coupling, "βθ"), (share_, "π"), (alignment, "m")))
    if not (0 < b <= 1 and 0 < p < 1 and abs(level) <= 1):
        raise ValueError(f"must be 0 < βθ ≤ 1, 0 < π < 1, |m| ≤ 1, not {coupling}, {share_}, {alignment}")
    exponent = exactly.count(power, "the power of w")
    weight = enclosure(WEIGHT, {share: exactly.enclosed(p), E: exactly.enclosed(b * level).exp()})
    return 2 * exactly.enclosed(b) * weight**exponent


def _balance(position: arb, values: dict[Expr, arb]) -> arb:
    return enclosure(COUNTED, {**values, x: position, E: position.exp()})


def _numbers(model: Model) -> dict[Expr, arb]:
    numbers = {theta: model.theta, share: model.share, ratio: model.ratio}
    values: dict[Expr, arb] = {symbol: exactly.enclosed(number) for symbol, number in numbers.items()}
    return {**values, inflation: (exactly.enclosed(model.beta) ** 2).exp()}


def root(model: Model) -> arb:
    r"""Return $x_\delta < 0$ by bisection with certified signs; β enters through $\delta e^{\beta^2}$ alone.

    ``ValueError`` unless the latent sign is constant and 0 < π < 1. Source: arXiv:2606.22406 (reconstruction) at δ = 0,
    derived here for δ > 0. Worked value: θ = 1, π = 1/2, δ = 0: −1.43172….
    """
    _refuse(model)
    values = _numbers(model)
    low = -(1 + model.share / (1 - model.share) + model.theta**2 * model.share)
    return isolated(lambda position: _balance(position, values), low, Fraction(0))


def isolated(rising: Callable[[arb], arb], low: Fraction, high: Fraction) -> arb:
    """Enclose the root of a function with one change of sign, from − to +, on [low, high], to 2⁻⁴⁰ or its precision.

    ``ValueError`` unless it is certified to be < 0 at ``low`` and > 0 at ``high``. Worked value: x − 1/3 on [0, 1]:
    0.33333….
    """
    if not (low < high and rising(exactly.enclosed(low)) < 0 and rising(exactly.enclosed(high)) > 0):
        raise ValueError(f"the function does not rise through 0 between {low} and {high}")
    while high - low > Fraction(1, 2**40):
        middle = Fraction(round((low + high) / 2 * 2**44), 2**44)
        sign = rising(exactly.enclosed(middle))
        if not (sign > 0 or sign < 0):
            break
        low, high = (low, middle) if sign > 0 else (middle, high)
    return exactly.enclosed(low).union(exactly.enclosed(high))


def boundary(theta_: Number, share_: Number, ratio_: Number = 0) -> arb:
    r"""Return the largest β for which the flow reaches +u from every start but −u: $\beta\theta = |x_\delta|$ there.

    ``ValueError`` unless θ > 0, 0 < π < 1, δ ≥ 0. Source: arXiv:2606.22406 (reconstruction) at δ = 0, derived here for
    δ > 0. Worked value: θ = 1, π = 1/2, δ = 0: 1.43172….
    """
    model = Model.of(1, theta_, share_, ratio_, "constant")
    _refuse(model)
    strength = exactly.enclosed(model.theta)
    values = _numbers(model)

    def excess(inverse_temperature: arb) -> arb:  # −F at x = −βθ
        own = {**values, inflation: (inverse_temperature**2).exp()}
        return -_balance(-inverse_temperature * strength, own)

    top = (1 + model.share / (1 - model.share) + model.theta**2 * model.share) / model.theta
    return isolated(excess, Fraction(0), top)


def zero(model: Model) -> arb:
    r"""Return $x_\delta/(\beta\theta)$, where J' would vanish were m not confined to [−1, 1]; errors as ``root``."""
    return root(model) / exactly.enclosed(model.beta * model.theta)


def equilibrium(model: Model) -> arb | None:
    """Return the unstable equilibrium m* in (−1, 0), or None where there is none, βθ ≤ |x_δ|.

    Errors as ``root``; ``ArithmeticError`` if βθ is too near to the boundary to tell. Source: arXiv:2606.22406
    (reconstruction). Worked value: θ = 1, π = 1/2, δ = 0, β = 2: −0.71586….
    """
    found = zero(model)
    if found > -1:
        return found
    if found < -1:
        return None
    raise ArithmeticError(f"{found} is not told from −1")


def escape_rate(model: Model) -> arb:
    """Return the rate (1 − m*²)J''(m*) at which m leaves the unstable equilibrium; ``ValueError`` if there is none.

    Source: derived here. Worked value: θ = 1, π = 1/2, δ = 0, β = 2: 0.84658….
    """
    rest = equilibrium(model)
    if rest is None:
        raise ValueError("there is no interior equilibrium: βθ ≤ |x_δ|")
    return (1 - rest**2) * slope(model, rest, 2)


def limit(model: Model, start: Number) -> int:
    """Return the alignment, ±1, to which the flow from m(0) in (−1, 1) tends.

    ``ValueError`` for a start elsewhere, and as ``root``; ``ArithmeticError`` if it is too near to m*. Source:
    arXiv:2606.22406 (reconstruction). Worked value: θ = 1, π = 1/2, δ = 0, β = 2: −1 from −3/4, 1 from −1/2.
    """
    _refuse(model)
    begin = exactly.rational(start, "start")
    if not -1 < begin < 1:
        raise ValueError(f"the start must be in (−1, 1), not {start}")
    sign = _balance(exactly.enclosed(model.beta * model.theta * begin), _numbers(model))
    if sign > 0:
        return 1
    if sign < 0:
        return -1
    raise ArithmeticError(f"the start {start} is not told from the equilibrium")


def _refuse(model: Model) -> None:
    if model.latent != "constant":
        raise ValueError(f"the latent sign must be constant, not {model.latent}")
    if not (0 < model.share < 1 and model.theta):
        raise ValueError(f"must be 0 < π < 1 and θ > 0, not π = {model.share} and θ = {model.theta}")
