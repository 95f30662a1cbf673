r"""The noise of the stochastic gradient at the equator, where the query starts and has to leave."""

from fractions import Fraction

from flint import arb
from sympy import Expr, Symbol, exp, symbols

from ..derivation import Derivation, argument, definition, exact
from ..exact import Number
from .objective import Model, at, beta, objective, ratio, share, theta

R, c = symbols("R c", positive=True)  # e^{β²}, the limit of N Σ w², and a constant
a = Symbol("a", real=True)

SPREAD: Expr = 1 + share * theta**2
"""E (x·u)² over all tokens, for latent signs with E s² = 1."""


def _mean(polynomial: Expr) -> Expr:
    """Return E of a polynomial of degree ≤ 2 in a ~ N(0, 1)."""
    one, linear, square = (polynomial.expand().coeff(a, power) for power in range(3))
    if (polynomial - one - linear * a - square * a**2).expand() != 0:
        raise ValueError(f"not of degree ≤ 2 in a: {polynomial}")
    return one + square


def noise(fluctuation: Expr = SPREAD) -> Expr:
    """Return 4β²P{E ω²(βa − β² + f + δ(ω − R))² + δR²}, f = P, with ω = e^{βa − β²/2}: its powers shift a.

    ``fluctuation``: f, what the fluctuation of the output along u adds; other than P it is wrong. Worked value: δ = 0,
    f = β²: 4β²PR(β² + 4β⁴).
    """
    constant = fluctuation - beta**2 - ratio * R
    square = R * _mean((beta * (a + 2 * beta) + constant) ** 2)
    cross = 2 * ratio * R**3 * _mean(beta * (a + 3 * beta) + constant)
    return 4 * beta**2 * SPREAD * (square + cross + ratio**2 * R**6 + ratio * R**2)


NOISE: Expr = noise()
r"""The limit of N times the variance of the gradient of ‖o‖² along u at q ⊥ u, with d/N → δ; R is e^{β²}."""


def derivation() -> Derivation:
    r"""Derive ``NOISE`` for a symmetric latent sign with E s² = 1."""
    return Derivation(
        result="N Var g_u → 4β²P{E[ω²(βa − β² + P + δ(ω − R))²] + δR²} at the equator, P = 1 + πθ²",
        steps=(
            definition(
                "q ⊥ u; a_i = x_i·q, b_i = x_i·u, y_i the rest, in d − 2 dimensions; weights w_i ∝ e^{βa_i}; "
                "ω = e^{βa − β²/2} and R = e^{β²} = E ω²; g_u = 2β Σ w_i b_i (x_i·o − ‖o‖²) is the derivative of ‖o‖² "
                "along u."
            ),
            argument(
                "At the equator all tokens have a ~ N(0, 1), independent of b, for which E b = 0 and E b² = P = 1 + "
                "πθ² on average over the tokens, and of y ~ N(0, I). N w_i → ω_i."
            ),
            argument(
                "x_i·o = a_i Σ w_j a_j + b_i Σ w_j b_j + Σ w_j y_i·y_j. As N → ∞ with d/N → δ: Σ w_j a_j → β; "
                "‖o‖² → β² + δR; Σ w_i b_i² → P; w_i‖y_i‖² → δω_i. What these fluctuate by is multiplied with Σ w_i "
                "b_i(…), which is itself of the order N^{-1/2}. So g_u = 2β{Σ w_i b_i (βa_i − β² − δR + P + δω_i) + U} "
                "up to terms of smaller order, U = Σ_{i≠j} w_i w_j b_i y_i·y_j."
            ),
            argument(
                "U and the sum are uncorrelated (y_i·y_j with i ≠ j is odd in y_i). E U² = Σ_{i<j} w_i²w_j² (b_i + "
                "b_j)² (d − 2), with E(b_i + b_j)² = 2P: δPR²/N. The sum has the variance (P/N) E ω²(…)²."
            ),
            exact(
                "a² − (a − kβ)² = 2kβa − k²β²: the density of a times e^{kβa} is e^{k²β²/2} times that of a − kβ, so "
                "E ω^k f(a) = R^{k(k−1)/2} E f(a + kβ); here the exponents of e at k = 2, 3, 4, in units of β²",
                sum(c**k * (Fraction(k * k, 2) - Fraction(k, 2)) for k in (2, 3, 4)),
                c**2 + 3 * c**3 + 6 * c**4,
            ),
            exact(
                "E (β(a + 2β) + c)² = β² + (2β² + c)²",
                _mean((beta * (a + 2 * beta) + c) ** 2),
                beta**2 + (2 * beta**2 + c) ** 2,
            ),
            exact("E (β(a + 3β) + c) = 3β² + c", _mean(beta * (a + 3 * beta) + c), 3 * beta**2 + c),
            exact(
                "4β²P{R(β² + (2β² + c)²) + 2δR³(3β² + c) + δ²R⁶ + δR²} is NOISE at c = P − β² − δR",
                (
                    4
                    * beta**2
                    * SPREAD
                    * (
                        R * (beta**2 + (2 * beta**2 + c) ** 2)
                        + 2 * ratio * R**3 * (3 * beta**2 + c)
                        + ratio**2 * R**6
                        + ratio * R**2
                    )
                ).subs(c, SPREAD - beta**2 - ratio * R),
                NOISE,
            ),
        ),
    )


def variance(model: Model, formula: Expr = NOISE) -> arb:
    r"""Return the limit of N times the variance of the gradient along u at the equator; the model's δ = d/N enters.

    ``formula``: another than ``NOISE`` is wrong. ``ValueError`` for a latent sign that is not symmetric. Source:
    derived here (the model: arXiv:2606.22406, reconstruction).
    Worked value: β = θ = 1, π = 1/2, δ = 0: 4·(3/2)·e·(1 + 25/4) = 118.245.
    """
    if model.latent == "constant":
        raise ValueError("the latent sign must be symmetric: a constant one moves the query off the equator")
    return at(formula.subs(R, exp(beta**2)), model)


def radial_slope(model: Model, alignment: Number | arb) -> arb:
    r"""Return the derivative of J(rq) in r at r = 1: J is a function of βq, so it is $\beta\,\partial J/\partial\beta$.

    Worked value: θ = 0, δ = 0, β = 1: J = β²r², and the slope is 2.
    """
    return at(beta * objective(model.latent).diff(beta), model, alignment)
