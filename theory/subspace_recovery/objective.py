r"""The population objective: the squared norm of the softmax output on informative and nuisance tokens.

$M = \pi N$ of the $N$ tokens are $x = \theta s u + z$, the others $x = z$, $z \sim N(0, I_d)$, $|u| = 1$, with latent
signs $s$ of mean generating function $M(x) = E e^{sx}$; the query $q$ is on the unit sphere and $m = q \cdot u$.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from flint import arb
from sympy import Expr, Rational, adjoint, cosh, exp, symbols

from .. import exact as exactly
from ..derivation import Derivation, Step, argument, definition, exact
from ..elementary import enclosure
from ..exact import Number
from ..words import scalar, vector

beta, theta, share, ratio = symbols("β θ π δ", positive=True)
m, x = symbols("m x", real=True)
M_0, M_2, heat = symbols("M_0 M_2 g", positive=True)
M_1, w = symbols("M_1 w", real=True)
"""M(x), M(2x) and g = e^{β²/2}; M'(x) and the mean weight w."""

WEIGHT: Expr = share * M_1 / (1 - share + share * M_0)
r"""The mean weight w, of which the output is βq + θwu."""

OUTPUT_SQUARE: Expr = beta**2 + 2 * beta * theta * m * w + theta**2 * w**2

SQUARES: Expr = heat**2 * (1 - share + share * M_2) / (1 - share + share * M_0) ** 2
r"""The limit of $N \sum_i w_i^2$."""

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


def _of_latent(expression: Expr, latent: str) -> Expr:
    """Return an expression with M(x), M'(x), M(2x) and g as functions of β, θ and m."""
    generating = _generating(latent)
    known = {M_0: generating, M_1: generating.diff(x), M_2: generating.subs(x, 2 * x), heat: exp(beta**2 / 2)}
    return expression.subs(known).subs(x, beta * theta * m)


def generating_at(latent: str, multiple: int) -> Expr:
    """Return M(kx) at x = βθm, k = ``multiple``.

    ``ValueError`` unless k is an integer of at least 1. Worked value: constant sign, k = 2: exp(2βθm).
    """
    return _generating(latent).subs(x, exactly.count(multiple, "the multiple of x") * beta * theta * m)


def mean_weight(latent: str) -> Expr:
    r"""Return the mean weight $w(m) = \pi M'(x)/(1 - \pi + \pi M(x))$ at $x = \beta\theta m$."""
    return _of_latent(WEIGHT, latent)


def output(latent: str) -> tuple[Expr, Expr]:
    r"""Return the coordinates $\beta m + \theta w$ and $\beta$ of $o = \beta q + \theta w u$.

    The first is along $u$, the second along what of $q$ is orthogonal to $u$, which has the length $\sqrt{1 - m^2}$.
    """
    return beta * m + theta * mean_weight(latent), beta


def output_square(latent: str) -> Expr:
    r"""Return $J_\infty(m) = \beta^2 + 2\beta\theta m w + \theta^2 w^2$, the limit N → ∞ at fixed d."""
    return OUTPUT_SQUARE.subs(w, mean_weight(latent))


def squares_of_weights(latent: str) -> Expr:
    r"""Return $e^{\beta^2}(1 - \pi + \pi M(2x))/(1 - \pi + \pi M(x))^2$, the limit of $N \sum_i w_i^2$."""
    return _of_latent(SQUARES, latent)


def objective(latent: str) -> Expr:
    r"""Return $J(m) = J_\infty(m) + \delta \lim N\sum w_i^2$, the limit with d/N → δ."""
    return output_square(latent) + ratio * squares_of_weights(latent)


def derivation() -> Derivation:
    r"""Derive $o \to \beta q + \theta w u$ and its square $J_\infty$ for every d and every law of the latent sign."""
    q, u, z = map(vector, "quz")
    s = symbols("s", real=True)
    on_the_sphere = {scalar(adjoint(v) * v): 1 for v in (q, u)} | {scalar(adjoint(q) * u): m}

    def dot(left: Expr, right: Expr) -> Expr:
        return scalar(adjoint(left) * right).subs(on_the_sphere)

    below = heat * (share * M_0 + 1 - share)
    limit = beta * q + theta * w * u
    return Derivation(
        result="o(q) → βq + θwu, J_∞ = β² + 2βθmw + θ²w², w = πM'(x)/(1 − π + πM(x)), x = βθm",
        steps=(
            definition(
                "q·q = u·u = 1, q·u = m, x = βθm; score βq·x_i; M_0 = M(x) = E e^{sx}, M_1 = M'(x), finite for all x; "
                "g = e^{β²/2}. N → ∞ with M/N → π, d fixed."
            ),
            exact(
                "βq·z − ½ z·z = ½β² − ½ (z − βq)·(z − βq)",
                beta * dot(q, z) - dot(z, z) / 2,
                beta**2 * Rational(1, 2) - dot(z - beta * q, z - beta * q) / 2,
            ),
            argument(
                "So e^{βq·z} times the density of N(0, I) is g times that of N(βq, I): E e^{βq·z} = g and "
                "E z e^{βq·z} = g βq."
            ),
            exact(
                "βq·(θsu + z) = s·βθm + βq·z",
                beta * dot(q, theta * s * u + z),
                s * (beta * theta * m) + beta * dot(q, z),
            ),
            argument(
                "s is independent of z, and E s e^{sx} = M'(x): an informative token has E e^{score} = gM_0 and "
                "E x_i e^{score} = g(θM_1 u + M_0 βq), a nuisance token g and gβq. Both are integrable, so by the law "
                "of large numbers in either class almost surely (1/N) Σ e^{score} → g(πM_0 + 1 − π) and "
                "(1/N) Σ x_i e^{score} → πg(θM_1 u + M_0 βq) + (1 − π)gβq; o(q) tends to their quotient."
            ),
            exact("its part along q is β", (share * heat * M_0 * beta + (1 - share) * heat * beta) / below, beta),
            exact(
                "its part along u is θw, w = πM_1/(1 − π + πM_0)", share * heat * theta * M_1 / below, theta * WEIGHT
            ),
            exact("‖βq + θwu‖² = β² + 2βθmw + θ²w²", dot(limit, limit), OUTPUT_SQUARE),
            *_latent_steps(),
        ),
    )


def limit_derivation() -> Derivation:
    r"""Derive $J_{N,d} \to J_\infty$ for fixed d, with an error that is a series in 1/N."""
    o, y = vector("o"), vector("y")
    return Derivation(
        result="E‖o(q)‖² → J_∞ at fixed d; for M = πN it is J_∞ + c_1/N + c_2/N² + O(N^{−3})",
        steps=(
            exact(
                "‖y‖² − 2y·o + ‖o‖² = ‖y − o‖²",
                scalar(adjoint(y) * y) - 2 * scalar(adjoint(y) * o) + scalar(adjoint(o) * o),
                scalar(adjoint(y - o) * (y - o)),
            ),
            argument(
                "With y = x_i, averaged over the weights: Σ w_i‖x_i‖² − ‖o‖² = Σ w_i‖x_i − o‖² ≥ 0, so ‖o‖² ≤ A/B, "
                "A = (1/N) Σ e^{score}‖x_i‖², B = (1/N) Σ e^{score}."
            ),
            argument(
                "E(A/B)² ≤ (E A⁴)^½ (E B⁻⁴)^½ by Cauchy and Schwarz, y⁴ and y⁻⁴ are convex, so this is at most the "
                "larger of E e^{4 score}‖x_i‖⁸ over both classes, to the ½, times that of E e^{−4 score}, for every N. "
                "Both are finite where M is on the whole line: ‖o‖² is uniformly integrable, and as o tends almost "
                "surely to βq + θwu (C1), E‖o‖² → J_∞."
            ),
            argument(
                "‖o‖² is a rational function of means over the tokens (of e^{score} and of the coordinates of x "
                "e^{score}), smooth where B > 0. All moments of these means and of 1/B are bounded, and if M = πN "
                "their central moments of orders 2k − 1 and 2k are polynomials in 1/N of order N^{−k}: Taylor's "
                "formula to the fifth order gives c_1/N + c_2/N² + O(N^{−3})."
            ),
        ),
    )


def _latent_steps() -> tuple[Step, ...]:
    """Derive M and M' of the three laws; y = e^x."""
    s, y = symbols("s y", positive=True)
    plus = (y + 1 / y) / 2
    return (
        argument("Rademacher: M(x) = E e^{sx} = (e^x + e^{−x})/2 = cosh x. Constant: M(x) = M'(x) = e^x."),
        exact(
            "Rademacher: with y = e^x, M'(x) = y d/dy (y + 1/y)/2 = (y − 1/y)/2 = sinh x", y * plus.diff(y), y - plus
        ),
        exact("Gaussian: sx − s²/2 = x²/2 − (s − x)²/2", s * x - s**2 / 2, x**2 / 2 - (s - x) ** 2 / 2),
        argument("So a Gaussian sign has M(x) = e^{x²/2} and M'(x) = x e^{x²/2}."),
    )


@cache
def derivative(latent: str, order: int = 1) -> Expr:
    """Return the derivative of J in m, of that order, as an expression. Worked value: order 0 is J."""
    return objective(latent).diff(m, order)


def at(expression: Expr, model: Model, alignment: Number | arb | None = None) -> arb:
    """Return an expression in the symbols of this module at the numbers of a model and at m, a ball.

    ``ValueError`` for a number m outside [−1, 1]; a ball may be anywhere: it is a point of an expression in m.
    Worked value: the mean weight at π = 1, constant latent, is 1 for every m.
    """
    numbers = {beta: model.beta, theta: model.theta, share: model.share, ratio: model.ratio}
    values = {symbol: exactly.enclosed(number) for symbol, number in numbers.items()}
    if alignment is not None:
        if not isinstance(alignment, arb):
            level = exactly.rational(alignment, "alignment m")
            if abs(level) > 1:
                raise ValueError(f"the alignment m must be in [−1, 1], not {alignment}")
            alignment = exactly.enclosed(level)
        if not alignment.is_finite():
            raise ValueError(f"the alignment m must be finite, not {alignment}")
        values[m] = alignment
    return enclosure(expression, values)


def slope(model: Model, alignment: Number | arb, order: int = 1) -> arb:
    """Return the derivative of J in m, of that order.

    Worked value: β = θ = 1, π = 1/2, δ = 0, Rademacher: J''(0) = 2πβ²θ²(2 + πθ²) = 2.5.
    """
    return at(derivative(model.latent, order), model, alignment)
