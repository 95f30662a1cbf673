r"""The 1/n bias of the overlap of one spike: the second order of what ``fluctuations`` expands to the first."""

from fractions import Fraction

from sympy import Expr, diff, symbols

from ..derivation import Derivation, argument, exact
from ..exact import Number
from .fluctuations import (
    BEND,
    COVARIANCE,
    FIRST,
    G_SLOPE,
    LIMIT_OVERLAP,
    MEAN,
    MOMENTS,
    OVERLAP_SHIFT,
    RHO,
    SECOND_SHIFT,
    SHIFT,
    SLOPE,
    THIRD,
    G,
    M,
    above,
    at_spike,
    derivative,
    reduced,
    x,
    y,
)
from .overlaps import OVERLAP
from .spiked import INVERSE, SPIKE, gamma, s, theta

G_BEND, M_SLOPE = symbols("G'' M'", real=True)
h, e, f = symbols("h e f", real=True)  # λ = ρ + he + h²f + …

MEAN_SLOPE: Expr = reduced(-derivative(FIRST).subs(s, SPIKE))
"""M'(ρ) as a function of θ and γ."""

BEND_MOMENT: Expr = diff(COVARIANCE, x, 2).subs({x: 0, y: 0})
"""E GG''."""

STEEPNESS: Expr = G_SLOPE + BEND * e
"""The first order of g_n'(λ)."""
SECOND_STEEPNESS: Expr = M_SLOPE + G_BEND * e + BEND * f + THIRD * e**2 / 2
"""The second order of g_n'(λ)."""

LINEAR: Expr = e / RHO + STEEPNESS / SLOPE
"""p in λg_n'(λ) = ρg'(1 + hp + h²q + …)."""
QUADRATIC: Expr = f / RHO + SECOND_STEEPNESS / SLOPE + e * STEEPNESS / (RHO * SLOPE)
"""q there."""


def _expected(quadratic: Expr) -> Expr:
    """Put in the orders of λ for e and f, and the covariances of G, G' and G'' for their products."""
    drawn = quadratic.subs(f, SECOND_SHIFT).subs(e, SHIFT).expand()
    return drawn.subs({**MOMENTS, G * G_BEND: BEND_MOMENT}).expand()


FROM_SPREAD: Expr = -2 / (RHO**2 * SLOPE) - BEND / (RHO * SLOPE**2)
"""The part of the relative bias that the fluctuations make."""
FROM_MEAN: Expr = M / SLOPE * (1 / RHO + BEND / SLOPE) - M_SLOPE / SLOPE
"""The part that the mean of g_n makes."""
BIAS: Expr = at_spike((LIMIT_OVERLAP * (FROM_SPREAD + FROM_MEAN)).subs(M_SLOPE, MEAN_SLOPE))
"""The limit of n(E(u·v̂)² − limit), as a function of θ and γ."""


def derivation() -> Derivation:
    """Derive the bias of the overlap, to the order 1/n."""
    path, first = h * e + h**2 * f, symbols("s_1", real=True)
    g_n = (
        SLOPE * x
        + BEND * x**2 / 2
        + THIRD * x**3 / 6
        + h * (G + G_SLOPE * x + G_BEND * x**2 / 2)
        + h**2 * (M + M_SLOPE * x)
    )
    steep = diff(g_n, x).subs(x, path)
    product = (RHO + path) * (SLOPE + h * STEEPNESS + h**2 * SECOND_STEEPNESS)
    overlap = -1 / ((1 + theta) * RHO * SLOPE * (1 + h * LINEAR + h**2 * QUADRATIC))
    factor, slope = 2 * INVERSE * s + INVERSE + 1 - gamma, derivative(INVERSE * s)
    first_slope = symbols("s_1'", real=True)
    return Derivation(
        result="n(E(u·v̂)² − (1 − γ/θ²)/(1 + γ/θ)) → (1 + θ)(2θ(1 − γ)/(γ + θ)³ − (θ² + γ)/(θ² − γ)²)",
        steps=(
            argument(
                "(u·v̂)² = −1/(λ(1 + θ)g_n'(λ)) (D2.2). By D2.4.bias λ = ρ + he + h²f + O(h³), h = n^{−1/2}, with "
                "e = −G/g', f = −(M + G'e + g''e²/2)/g', where g_n = g + hG + h²M + …, of which the derivatives are "
                "those of g, G and M, all analytic near ρ."
            ),
            exact(
                "half of the second derivative in h, at 0, of g_n' at ρ + he + h²f, for the Taylor polynomials of g, G "
                "and M, is M' + G''e + g''f + g'''e²/2",
                diff(steep, h, 2).subs(h, 0) / 2,
                SECOND_STEEPNESS,
            ),
            exact("the first is G' + g''e", diff(steep, h).subs(h, 0), STEEPNESS),
            *(
                exact(
                    f"derivative {k} in h of (ρ + he + h²f)(g' + hp_1 + h²q_1) − ρg'(1 + hp + h²q) at 0 is 0, p_1 = G' "
                    "+ g''e, q_1 = M' + G''e + g''f + g'''e²/2, p = e/ρ + p_1/g', q = f/ρ + q_1/g' + ep_1/(ρg')",
                    diff(product - RHO * SLOPE * (1 + h * LINEAR + h**2 * QUADRATIC), h, k).subs(h, 0),
                    0,
                )
                for k in (1, 2)
            ),
            exact(
                "half of the second derivative in h of −1/((1 + θ)ρg'(1 + hp + h²q)) at 0 is (p² − q) times "
                "−1/(ρ(1 + θ)g')",
                diff(overlap, h, 2).subs(h, 0) / 2,
                LIMIT_OVERLAP * (LINEAR**2 - QUADRATIC),
            ),
            exact(
                "the first is −p times it, at e = −G/g' the first order of D2.4, of which the mean is 0",
                diff(overlap, h).subs(h, 0).subs(e, SHIFT),
                OVERLAP_SHIFT,
            ),
            exact("E GG'' = −2g'''/3, of the covariance of D2.4.bias", BEND_MOMENT, -2 * THIRD / 3),
            exact(
                "E p² = −2/(ρ²g') − 2g''/(ρg'²) − g'''/(3g'²)",
                _expected(LINEAR**2),
                -2 / (RHO**2 * SLOPE) - 2 * BEND / (RHO * SLOPE**2) - THIRD / (3 * SLOPE**2),
            ),
            exact(
                "E q = −M/(ρg') − Mg''/g'² + M'/g' − g''/(ρg'²) − g'''/(3g'²)",
                _expected(QUADRATIC),
                -FROM_MEAN - BEND / (RHO * SLOPE**2) - THIRD / (3 * SLOPE**2),
            ),
            exact(
                "E(p² − q) = −2/(ρ²g') − g''/(ρg'²) + (M/g')(1/ρ + g''/g') − M'/g'",
                _expected(LINEAR**2 - QUADRATIC),
                FROM_SPREAD + FROM_MEAN,
            ),
            argument(
                "By D2.4.bias M = −s_1, with (2zs + z + 1 − γ)s_1 + s + (zs)' = 0 at every z outside of the bulk: the "
                "derivative by z vanishes too."
            ),
            exact(
                "(2zs + z + 1 − γ)s_1' + (2(zs)' + 1)s_1 + s' + (zs)'' = 0 with s_1 = −M, s_1' = −M' at the outlier, "
                "s = −1/(1 + θ)",
                (factor * first_slope + (2 * slope + 1) * first + derivative(s) + derivative(slope))
                .subs(s, SPIKE)
                .subs({first: -MEAN, first_slope: -MEAN_SLOPE}),
                0,
            ),
            exact("−1/(ρ(1 + θ)g') is the limit of D2.2", at_spike(LIMIT_OVERLAP), OVERLAP),
            exact(
                "E(p² − q) times it is (1 + θ)(2θ(1 − γ)/(γ + θ)³ − (θ² + γ)/(θ² − γ)²)",
                BIAS,
                (1 + theta)
                * (2 * theta * (1 - gamma) / (gamma + theta) ** 3 - (theta**2 + gamma) / (theta**2 - gamma) ** 2),
            ),
            argument(
                "No eigenvalue comes within a fixed distance of ρ but with an exponentially small probability, where "
                "the overlap is in [0, 1]. Else it is a smooth function of g_n near ρ, of which the fluctuations have "
                "moments of all orders: the rest of the expansion has the mean O(h³). Fluctuations of tr(x − W)⁻¹/n, "
                "of the order h², are centred and add 0 to the mean of that order."
            ),
        ),
    )


def overlap_bias(strength: Number, aspect: Number) -> Fraction:
    """Return the limit of n(E(u·v̂)² − (1 − γ/θ²)/(1 + γ/θ)) for the top eigenvector v̂ of a spike θ > √γ.

    Errors: ``ValueError`` if θ ≤ √γ or γ ≤ 0. Source: derived here. Worked value: θ = 2, γ = 1 gives −5/3.
    """
    return above(strength, aspect, BIAS)
