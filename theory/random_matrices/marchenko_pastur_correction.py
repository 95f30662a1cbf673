r"""The 1/n correction of the expected Stieltjes transform, and of the expected spectral distribution."""

from fractions import Fraction

from flint import acb, arb
from sympy import Expr, symbols

from .. import exact as exactly
from ..derivation import Derivation, argument, exact
from ..exact import Number
from .marchenko_pastur import (
    DISTANCE,
    EQUATION,
    LOWER,
    POINT,
    ROOT,
    TRANSFORM,
    UPPER,
    R,
    at,
    bounded,
    bounds,
    complex_letters,
    g,
    gamma,
    m,
    modulus,
    mu,
    n,
    outside,
    precise,
    sigma,
    size,
    stability,
    tau,
    z,
)

height, far, length = symbols("y c |R|", positive=True)

NEARBY: Expr = DISTANCE.subs({sigma: 4 * sigma, tau: 16 * tau, modulus: far, stability: height / 2}, simultaneous=True)
"""The bound of |μ − m| on the circle of radius y/2 = Im z/2 around z, where |w| ≤ c = |z| + y/2."""

REMAINDER: Expr = (
    far * NEARBY / (height / 2) / n + 4 * modulus * tau / n**2 + gamma * modulus * DISTANCE.subs(stability, height) ** 2
) / length
"""The bound of |μ − m − m_1/n| for Im z > 0."""

CORRECTION: Expr = ((1 + gamma - z) / R**2 + 1 / R) / (2 * gamma)
r"""$m_1$, the limit of $n\,(E\,m_n - m)$."""


def derivation() -> Derivation:
    """Derive the 1/n correction of the expected transform, and what it says of the expected distribution."""
    point = POINT.subs(gamma, g**2)
    root = ROOT.subs({gamma: g**2, z: point})
    slope = m + point / point.diff(m)
    quarter = (1 / (LOWER - z) + 1 / (UPPER - z)) / 4
    return Derivation(
        result="E m_n = m + m_1/n + O(1/n²), m_1 = (1/γ)[¼/(a − z) + ¼/(b − z) + 1/(2R)]",
        steps=(
            exact(
                "P(μ) − P(m) = R(μ − m) + γz(μ − m)²",
                EQUATION.subs(m, mu) - EQUATION,
                ROOT * (mu - m) + gamma * z * (mu - m) ** 2,
            ),
            argument(
                "By D1.1 P(μ) = −(zμ)'/n − γzv, v = E(m_n − μ)², so with m_1 = −(zm)'/R: "
                "R(μ − m − m_1/n) = −((zμ)' − (zm)')/n − γzv − γz(μ − m)², where γ|zv| ≤ 4|z|τ/n² |μ − m| bounded."
            ),
            argument(
                "On the circle |w − z| = y/2, y = Im z: Im w ≥ y/2, |w| ≤ c = |z| + y/2, and |s − w| ≥ |s − z|/2 as "
                "|s − z| ≥ y, so the bound of |μ − m| there is that of D1.1 with 4σ, 16τ, c and y/2 for σ, τ, |z|, r. "
                "By Cauchy's estimate |(zμ)' − (zm)'| ≤ c/(y/2) times it. Hence |μ − m − m_1/n| = O(1/n²), explicitly."
            ),
            exact(
                "−(zm)'/R = ((1 + γ − z)/R² + 1/R)/(2γ) at z = 1/(1 + γm) − 1/m, R = 2γzm + z + γ − 1, "
                "dz/dm taken along it, γ = g²",
                -slope / root,
                CORRECTION.subs(gamma, g**2).subs({R: root, z: point}),
            ),
            exact(
                "¼/(a − z) + ¼/(b − z) = (1 + γ − z)/(2(z − a)(z − b)) at γ = g²",
                quarter,
                (1 + g**2 - z) / (2 * (z - LOWER) * (z - UPPER)),
            ),
            argument(
                "1/R is −∫ dα(x)/(x − z) for the arcsine law α on [a, b]. As γn = d: E m_n − m is, but for o(1/d), the "
                "transform of (1/d)(¼δ_a + ¼δ_b − ½α), for every γ > 0; at γ = 1 the first mass is at the hard edge 0, "
                "and for γ > 1 the atom at 0 has no correction, as it is exact at every size."
            ),
        ),
    )


def first_correction(point: Number, ratio: Number) -> arb:
    r"""Return $m_1(z) = \lim n\,(E\,m_n(z) - m(z))$ at a real z outside of the support, by ``CORRECTION``.

    Errors and source as ``stieltjes``; the correction is derived here. Worked value: γ = 1, z = −1/2 gives 2/9.
    """
    return outside(CORRECTION, point, ratio)


def corrected(dimension: int, samples: int, real: Number, imaginary: Number) -> acb:
    r"""Return $m(z) + m_1(z)/n$ at z = ``real`` + i ``imaginary``, not real, γ = d/n.

    Errors: ``ValueError`` for d or n < 1 or an imaginary part 0. Source: derived here.
    Worked value: d = n = 10, z = i gives 0.290971061825… + 0.631872388399… i.
    """
    ratio = Fraction(size(dimension, "d"), size(samples, "n"))
    letters = complex_letters(real, imaginary, ratio)
    return precise(lambda: at(TRANSFORM, letters()) + at(CORRECTION, letters()) / samples)


def remainder_bound(dimension: int, samples: int, real: Number, imaginary: Number) -> arb:
    r"""Return an upper bound of $|E\,m_n - m - m_1/n|$ by ``REMAINDER``, γ = d/n, Im z > 0.

    Errors: ``ValueError`` for d or n < 1 or Im z ≤ 0. Source: derived here.
    Worked value: d = 500, n = 2000, z = −½ + i gives 1.2046e-6.
    """
    ratio = Fraction(size(dimension, "d"), size(samples, "n"))
    where = bounded(real, imaginary)
    if where[1] == 0:
        raise ValueError(f"the bound needs Im z > 0, not z = {real}")
    letters = complex_letters(real, imaginary, ratio)

    def bound() -> arb:
        known, y = bounds(*where), exactly.enclosed(where[1])
        known |= {far: known[modulus] + y / 2, height: y, length: abs(letters()[R])}
        return at(REMAINDER, {**known, gamma: exactly.enclosed(ratio), n: arb(samples)})

    return precise(bound)
