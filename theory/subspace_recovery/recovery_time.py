r"""How long the flow takes from one alignment to another, and to recover u from $m(0) = x/\sqrt d$."""

from collections.abc import Callable
from fractions import Fraction

from flint import acb, arb
from sympy import Expr, symbols

from .. import exact as exactly
from ..derivation import Derivation, argument, definition, exact
from ..elementary import enclosure
from ..exact import Number
from .flow import equator_rate
from .objective import Model, beta, derivative, m, ratio, share, slope, theta

growth, tail = symbols("λ T", real=True)

START = Fraction(1, 2**13)
"""Where integrals from the equator begin; what is below is enclosed by Taylor's formula."""

GOAL = 2.0**-30
"""Of integrals; what they are off by is enclosed."""

EVALUATIONS = 4096
"""At most, of an integrand: at a pole they would not end."""

REMAINDER: Expr = (growth * m - (1 - m**2) * tail) / (growth * (1 - m**2) * (growth + m * tail))
r"""$1/((1 - m^2) J') - 1/(\lambda m)$ where $J'(m) = \lambda m + T m^2$."""


def derivation() -> Derivation:
    """Derive the time of a passage, and its expansion from a small alignment."""
    return Derivation(
        result="time ∫ dm/((1 − m²)J′(m)); from m(0) = x/√d: (log √d − log x)/J″(0) + C(m₁) + O(1/d)",
        steps=(
            definition("m′ = (1 − m²)J′(m), J′ > 0 on (0, 1], J′ odd and smooth, λ = J″(0) > 0, all of C3."),
            exact(
                "1/((1 − m²)(λm + Tm²)) = 1/(λm) + (λm − (1 − m²)T)/(λ(1 − m²)(λ + mT))",
                1 / ((1 - m**2) * (growth * m + tail * m**2)),
                1 / (growth * m) + REMAINDER,
            ),
            argument(
                "The time from m₀ to m₁, 0 < m₀ < m₁ < 1, is ∫ dm/((1 − m²)J′(m)). Taylor: J′ = λm + Tm², λ = J″(0), "
                "T = J‴(ξ)/2 with 0 < ξ < m, and J‴(0) = 0, so T = O(m): the time is log(1/m₀)/λ + C(m₁) + O(m₀²), C = "
                "(log m₁)/λ + ∫_0^{m₁} (1/((1 − m²)J′) − 1/(λm)) dm, a convergent integral."
            ),
            argument(
                "With m₀ = x/√d: (log √d)/λ + log(1/x)/λ + C(m₁) + O(1/d). From a uniform start x = √d |m(0)| tends in "
                "law to |N(0, 1)| > 0, so the time over (log √d)/λ tends to 1 in probability."
            ),
        ),
    )


def passage_time(model: Model, start: Number, level: Number) -> arb:
    r"""Return the time $\int dm/((1 - m^2) J'(m))$ in which m grows from ``start`` to ``level``, by ball arithmetic.

    ``ValueError`` unless −1 < start < level < 1; ``ArithmeticError`` if J' > 0 between is not certified. Any latent
    sign. Source: arXiv:2606.22406 (reconstruction). Worked value: J' = 2 (β = θ = π = 1, constant): from 0 to 1/2
    artanh(1/2)/2 = 0.27465….
    """
    begin, end = _ordered(start, level)
    return _integral(model, lambda z, by_slope: 1 / ((1 - z * z) * by_slope), begin, end)


def plane_time(model: Model, start: Number, level: Number) -> arb:
    r"""Return $\int dm/J'(m)$, the time of the flow $m' = J'(m)$ that forgets the sphere; as ``passage_time``.

    Source: derived here. Worked value: J' = 2 (β = θ = π = 1, constant): from 0 to 1/2 1/4.
    """
    begin, end = _ordered(start, level)
    return _integral(model, lambda z, by_slope: 1 / by_slope, begin, end)


def recovery_constant(model: Model, level: Number) -> arb:
    r"""Return $C(m_1)$: from a small $m_0$ to $m_1$ it takes $\log(1/m_0)/J''(0) + C(m_1) + O(m_0^2)$.

    ``ValueError`` unless START < level < 1 and the latent sign is symmetric. Source: derived here.
    Worked value: β = θ = 1, π = 1/2, δ = 0, Rademacher, m_1 = 1/2: −0.20817….
    """
    _, end = _ordered(START, level)
    return (exactly.enclosed(end)).log() / equator_rate(model) + _beyond(model, end)


def recovery_time(model: Model, start: Number, level: Number) -> arb:
    r"""Return the time from a small ``start`` to ``level`` by $\log(1/m_0)/J''(0) + C$, with what that leaves out.

    ``ValueError`` unless 0 < start < START < level < 1. Source: derived here. Worked value: it is ``passage_time``.
    """
    begin = exactly.rational(start, "start")
    if not 0 < begin < START:
        raise ValueError(f"the start must be in (0, {START}), not {start}")
    left_out = _near_equator(model, begin)
    return -exactly.enclosed(begin).log() / equator_rate(model) + recovery_constant(model, level) - left_out


def _beyond(model: Model, end: Fraction) -> arb:
    rate = equator_rate(model)
    rest = _integral(model, lambda z, by_slope: 1 / ((1 - z * z) * by_slope) - 1 / (rate * z), START, end)
    return _near_equator(model, START) + rest


def _near_equator(model: Model, end: Fraction) -> arb:
    """Enclose the integral of ``REMAINDER`` from 0 to a small end: its length times an enclosure of the integrand."""
    below = exactly.enclosed(end).union(arb(0))
    values = {growth: equator_rate(model), m: below, tail: slope(model, below, 3) / 2}
    return exactly.enclosed(end) * enclosure(REMAINDER, values)


def _integral(model: Model, integrand: Callable[[acb, acb], acb], begin: Fraction, end: Fraction) -> arb:
    if not slope(model, end) > 0:
        raise ArithmeticError(f"J′ > 0 at m = {end} is not certified")
    by_m = derivative(model.latent)
    numbers = {beta: model.beta, theta: model.theta, share: model.share, ratio: model.ratio}
    values = {symbol: acb(exactly.enclosed(number)) for symbol, number in numbers.items()}

    def at(z: acb, _: bool) -> acb:
        return integrand(z, enclosure(by_m, {**values, m: z}))

    low, high = acb(exactly.enclosed(begin)), acb(exactly.enclosed(end))
    found = acb.integral(at, low, high, rel_tol=GOAL, abs_tol=GOAL, eval_limit=EVALUATIONS).real
    if not found.is_finite():
        raise ArithmeticError(f"J′ > 0 from m = {begin} to {end} is not certified")
    return found


def _ordered(start: Number, level: Number) -> tuple[Fraction, Fraction]:
    begin, end = exactly.rational(start, "start"), exactly.rational(level, "level")
    if not -1 < begin < end < 1:
        raise ValueError(f"must be −1 < start < level < 1, not {start} and {level}")
    return begin, end
