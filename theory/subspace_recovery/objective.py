r"""The population objective: the squared norm of the softmax output on informative and nuisance tokens.

$M = \pi N$ of the $N$ tokens are $x = \theta s u + z$, the others $x = z$, $z \sim N(0, I_d)$, $|u| = 1$, with latent
signs $s$ of mean generating function $M(x) = E e^{sx}$; the query $q$ is on the unit sphere and $m = q \cdot u$.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from flint import arb
from sympy import Expr, cosh, exp, symbols

from .. import exact as exactly
from ..elementary import enclosure
from ..exact import Number

beta, theta, share, ratio = symbols("β θ π δ", positive=True)
m, x = symbols("m x", real=True)

LATENTS: dict[str, Expr] = {"rademacher": cosh(x), "constant": exp(x), "gaussian": exp(x**2 / 2)}
"""E exp(s x) of the latent sign: ±1 with equal chance, always 1, or N(0, 1)."""


@dataclass(frozen=True)
class Model:
    """β > 0, θ ≥ 0, the share π of informative tokens in [0, 1], δ = d/N ≥ 0, and the law of the latent sign."""

    beta: Fraction
    theta: Fraction
    share: Fraction
    ratio: Fraction = Fraction(0)
    latent: str = "rademacher"

    @staticmethod
    def of(beta: Number, theta: Number, share: Number, ratio: Number = 0, latent: str = "rademacher") -> "Model":
        """Return the model with these numbers, exactly; ``ValueError`` for one out of range or an unknown latent."""
        numbers = {"β": beta, "θ": theta, "π": share, "δ": ratio}
        b, t, p, r = (exactly.rational(value, name) for name, value in numbers.items())
        if b <= 0 or t < 0 or not 0 <= p <= 1 or r < 0:
            raise ValueError(f"must be β > 0, θ ≥ 0, 0 ≤ π ≤ 1 and δ ≥ 0, not {numbers}")
        _generating(latent)
        return Model(b, t, p, r, latent)


def _generating(latent: str) -> Expr:
    if latent not in LATENTS:
        raise ValueError(f"unknown latent sign {latent!r}; there must be one of {', '.join(LATENTS)}")
    return LATENTS[latent]


def mean_weight(latent: str) -> Expr:
    r"""Return the mean weight $w(m) = \pi M'(x)/(1 - \pi + \pi M(x))$ at $x = \beta\theta m$."""
    generating = _generating(latent)
    return (share * generating.diff(x) / (1 - share + share * generating)).subs(x, beta * theta * m)


def output_square(latent: str) -> Expr:
    r"""Return $J_\infty(m) = \beta^2 + 2\beta\theta m w + \theta^2 w^2$, the limit N → ∞ at fixed d."""
    w = mean_weight(latent)
    return beta**2 + 2 * beta * theta * m * w + theta**2 * w**2


def squares_of_weights(latent: str) -> Expr:
    r"""Return $e^{\beta^2}(1 - \pi + \pi M(2x))/(1 - \pi + \pi M(x))^2$, the limit of $N \sum_i w_i^2$."""
    generating = _generating(latent)
    above = exp(beta**2) * (1 - share + share * generating.subs(x, 2 * x))
    return (above / (1 - share + share * generating) ** 2).subs(x, beta * theta * m)


def objective(latent: str) -> Expr:
    r"""Return $J(m) = J_\infty(m) + \delta \lim N\sum w_i^2$, the limit with d/N → δ."""
    return output_square(latent) + ratio * squares_of_weights(latent)


@cache
def derivative(latent: str, order: int = 1) -> Expr:
    """Return the derivative of J in m, of that order, as an expression. Worked value: order 0 is J."""
    return objective(latent).diff(m, order)


def at(expression: Expr, model: Model, alignment: Number | arb | None = None) -> arb:
    """Return an expression in the symbols of this module at the numbers of a model and at m, a ball.

    Worked value: the mean weight at π = 1, constant latent, is 1 for every m.
    """
    numbers = {beta: model.beta, theta: model.theta, share: model.share, ratio: model.ratio}
    values = {symbol: exactly.enclosed(number) for symbol, number in numbers.items()}
    if alignment is not None:
        if not isinstance(alignment, arb):
            alignment = exactly.enclosed(exactly.rational(alignment, "alignment m"))
        values[m] = alignment
    return enclosure(expression, values)


def slope(model: Model, alignment: Number | arb, order: int = 1) -> arb:
    """Return the derivative of J in m, of that order.

    Worked value: β = θ = 1, π = 1/2, δ = 0, Rademacher: J''(0) = 2πβ²θ²(2 + πθ²) = 2.5.
    """
    return at(derivative(model.latent, order), model, alignment)
