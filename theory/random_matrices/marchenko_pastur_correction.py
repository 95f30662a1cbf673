r"""The 1/n correction of the expected Stieltjes transform, and of the expected spectral distribution."""

from flint import arb
from sympy import Expr

from ..derivation import Derivation, argument, exact
from ..exact import Number
from .marchenko_pastur import LOWER, POINT, ROOT, UPPER, R, g, gamma, m, outside, z

CORRECTION: Expr = ((1 + gamma - z) / R**2 + 1 / R) / (2 * gamma)
r"""$m_1$, the limit of $n\,(E\,m_n - m)$."""


def derivation() -> Derivation:
    """Derive the 1/n correction of the expected transform, and what it says of the expected distribution."""
    point = POINT.subs(gamma, g**2)
    root = ROOT.subs({gamma: g**2, z: point})
    slope = m + point / point.diff(m)
    quarter = (1 / (LOWER - z) + 1 / (UPPER - z)) / 4
    return Derivation(
        result="n (E m_n − m) → m_1 = (1/γ) [¼/(a − z) + ¼/(b − z) + 1/(2R)]",
        steps=(
            argument(
                "By D1.1 R(μ − m) + γz(μ − m)² = P(μ) = −(zμ)'/n + O(1/n²) and μ − m = O(1/n), locally uniformly in "
                "Im z > 0. So derivatives converge too, (zμ)' → (zm)', and n(μ − m) → m_1 = −(zm)'/R."
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
