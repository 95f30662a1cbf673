r"""The noise of the stochastic gradient at the equator, where the query starts and has to leave."""

from flint import arb
from sympy import Expr, Integer, Poly, Symbol, exp, symbols

from ..derivation import Derivation, Step, argument, definition, exact
from ..exact import Number
from .objective import Model, at, beta, objective, ratio, share, theta

R, c = symbols("R c", positive=True)  # e^{β²}, the limit of N Σ w², and a constant
a, omega, k = symbols("a ω k", real=True)

FACTOR: Expr = 2 * beta
"""Of the gradient of ‖o‖²: it is 2β Σ w_i (x_i·o − ‖o‖²) x_i."""

SPREAD: Expr = 1 + share * theta**2
"""E (x·u)² over all tokens, for latent signs with E s² = 1."""


def _mean(polynomial: Expr) -> Expr:
    """Return E of a polynomial of degree ≤ 2 in a ~ N(0, 1)."""
    one, linear, square = (polynomial.expand().coeff(a, power) for power in range(3))
    if (polynomial - one - linear * a - square * a**2).expand() != 0:
        raise ValueError(f"not of degree ≤ 2 in a: {polynomial}")
    return one + square


def _tilted(polynomial: Expr) -> Expr:
    """Return E of a polynomial in ω and a by E ω^k f(a) = R^{k(k−1)/2} E f(a + kβ)."""
    terms = Poly(polynomial, omega).terms()
    return sum((R ** (n * (n - 1) // 2) * _mean(f.subs(a, a + n * beta)) for (n,), f in terms), start=Integer(0))


def noise(along: Expr = SPREAD) -> Expr:
    """Return 4β²P{E ω²(βa − β² + f + δ(ω − R))² + δR²}, f = P, with ω = e^{βa − β²/2}, where E is carried out.

    ``along``: f, what the fluctuation of the output along u adds; other than P it is wrong. Worked value: δ = 0,
    f = β²: 4β²PR(β² + 4β⁴).
    """
    constant = along - beta**2 - ratio * R
    square = R * (beta**2 + (2 * beta**2 + constant) ** 2)
    cross = 2 * ratio * R**3 * (3 * beta**2 + constant)
    return 4 * beta**2 * SPREAD * (square + cross + ratio**2 * R**6 + ratio * R**2)


NOISE: Expr = noise()
r"""The limit of N times the variance of the gradient of ‖o‖² along u at q ⊥ u, with d/N → δ; R is e^{β²}."""


def derivation() -> Derivation:
    r"""Derive ``NOISE`` for a symmetric latent sign with E s² = 1."""
    return Derivation(
        result="N Var g_u → 4β²P{E[ω²(βa − β² + P + δ(ω − R))²] + δR²} at the equator, P = 1 + πθ²",
        steps=(
            definition(
                "q ⊥ u; a_i = x_i·q, b_i = x_i·u, y_i the rest, in d − 2 dimensions; weights w_i = e^{βa_i}/D, D = Σ "
                "e^{βa_i}; ω = e^{βa − β²/2} and R = e^{β²} = E ω²; g_u is the derivative of ‖o‖² along u."
            ),
            *_gradient(),
            argument(
                "At the equator all tokens have a ~ N(0, 1), independent of b, for which E b = 0 and E b² = P = 1 + "
                "πθ² on average over the tokens, and of y ~ N(0, I). N w_i → ω_i."
            ),
            argument(
                "x_i·o = a_i Σ w_j a_j + b_i Σ w_j b_j + Σ w_j y_i·y_j. As N → ∞ with d/N → δ: Σ w_j a_j → β; "
                "‖o‖² → β² + δR; Σ w_i b_i² → P; w_i‖y_i‖² → δω_i. What these fluctuate by is multiplied with Σ w_i "
                "b_i(…), which is itself of the order N^{-1/2}. So g_u = 2β(S + U) up to terms of smaller order, S = "
                "Σ w_i b_i (βa_i − β² − δR + P + δω_i), U = Σ_{i≠j} w_i w_j b_i y_i·y_j."
            ),
            argument(
                "U and S are uncorrelated (y_i·y_j with i ≠ j is odd in y_i). E U² = Σ_{i<j} w_i²w_j² (b_i + "
                "b_j)² (d − 2), with E(b_i + b_j)² = 2P: N E U² → δPR². N E S² → P E ω²(…)²."
            ),
            *_tilting(),
            exact(
                "(2β)²(N E S² + N E U²), by the tilted means of its expansion in ω, is 4β²P{R(β² + (2β² + c)²) + "
                "2δR³(3β² + c) + δ²R⁶ + δR²} at c = P − β² − δR",
                FACTOR**2
                * (
                    SPREAD * _tilted((omega * (beta * a - beta**2 + SPREAD + ratio * (omega - R))) ** 2)
                    + ratio * SPREAD * R**2
                ),
                NOISE,
            ),
        ),
    )


def _gradient() -> tuple[Step, ...]:
    """Derive the derivative of ‖o‖² along u, in which the scores βa_i move by βb_i."""
    b, mean, mass, total = symbols("b B E D", positive=True)
    masses, along = symbols("e_1:4"), symbols("b_1:4")
    weights = [one / sum(masses) for one in masses]
    products = [[Symbol(f"G_{min(i, j)}{max(i, j)}") for j in range(3)] for i in range(3)]
    by_token = [sum(w * g for w, g in zip(weights, row, strict=True)) for row in products]
    square = sum(w * g for w, g in zip(weights, by_token, strict=True))
    share_of = mass / total
    return (
        exact(
            "w′ = βw(b − B) for w = E/D with E′ = βbE, D′ = βBD",
            share_of.diff(mass) * beta * b * mass + share_of.diff(total) * beta * mean * total,
            beta * share_of * (b - mean),
        ),
        argument(
            "So with B = Σ w_j b_j the derivative of ‖o‖² is 2 Σ w_i′ x_i·o = 2β Σ w_i (b_i − B) x_i·o; as "
            "Σ w_i x_i·o = ‖o‖², it is 2β Σ w_i b_i (x_i·o − ‖o‖²). For three tokens it follows in full:"
        ),
        exact(
            "(Σ w_iw_j G_ij)′ with w_i = e_i/Σe_j, e_i′ = βb_i e_i is 2β Σ w_i b_i (Σ_j w_j G_ij − Σ w_jw_k G_jk)",
            sum(square.diff(e) * beta * own * e for e, own in zip(masses, along, strict=True)),
            FACTOR * sum(w * own * (g - square) for w, own, g in zip(weights, along, by_token, strict=True)),
        ),
    )


def _tilting() -> tuple[Step, ...]:
    """Derive the rule of ``_tilted`` and the two means that are met."""
    return (
        exact("a² − (a − kβ)² = 2kβa − k²β²", a**2 - (a - k * beta) ** 2, 2 * k * beta * a - k**2 * beta**2),
        exact(
            "k²β²/2 − kβ²/2 = (k(k − 1)/2)β²",
            k**2 * beta**2 / 2 - k * beta**2 / 2,
            k * (k - 1) / 2 * beta**2,
        ),
        argument(
            "The density of a times e^{kβa} is e^{k²β²/2} times that of a − kβ, and ω^k = e^{kβa − kβ²/2}: so "
            "E ω^k f(a) = R^{k(k−1)/2} E f(a + kβ), the tilted mean."
        ),
        exact(
            "E (β(a + 2β) + c)² = β² + (2β² + c)²",
            _mean((beta * (a + 2 * beta) + c) ** 2),
            beta**2 + (2 * beta**2 + c) ** 2,
        ),
        exact("E (β(a + 3β) + c) = 3β² + c", _mean(beta * (a + 3 * beta) + c), 3 * beta**2 + c),
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
