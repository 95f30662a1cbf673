r"""The top eigenvalue of $S = XX^\top/n$ without an outlier: centring, scaling, what is left at $n^{-1/3}$.

With $m = (\sqrt{nd}/(\sqrt n + \sqrt d))^{2/3}$ rows of the bidiagonal form hold the eigenvector, and $n\lambda$ varies
on the scale $\sqrt{nd}/m^2$ about $(\sqrt n + \sqrt d)^2$.
"""

from dataclasses import dataclass
from fractions import Fraction

from flint import arb
from sympy import Expr, Rational, cancel, degree, diff, fraction, sqrt, symbols

from .. import exact as exactly
from ..derivation import Derivation, Step, argument, definition, exact, heuristic
from ..exact import Number, count
from .spiked import g, theta

HALF = Rational(1, 2)
a, b, m, w, t = symbols("√n √d m w t", positive=True)

CUBE: Expr = (a * b / (a + b)) ** 2
"""m³."""
CENTRE: Expr = (a + b) ** 2
SCALE: Expr = a * b / m**2


def _by_n(formula: Expr) -> Expr:
    return diff(formula, a) / (2 * a)


def _by_d(formula: Expr) -> Expr:
    return diff(formula, b) / (2 * b)


def lag(fewer_n: Rational, fewer_d: Rational) -> Expr:
    """Return m times by how much s, with n and d less by these, is below Ma's, of (n − 1/2, d − 1/2)."""
    change = (HALF - fewer_n) * _by_n(CENTRE) + (HALF - fewer_d) * _by_d(CENTRE)
    return (m * change / SCALE).together().subs(m**3, CUBE)


GROWTH: Expr = cancel(CUBE.subs({a: t * a, b: t * b}, simultaneous=True) / CUBE)
"""How m³ grows with n, d → t²n, t²d."""
JOHNSTONE: Expr = (a - b) / (2 * (a + b))
"""m times by how much Johnstone's s, of (n − 1, d), is below Ma's, of (n − 1/2, d − 1/2)."""

ZERO: Expr = -(1 + theta) * g / ((1 + g) * (g - theta))
"""The row at which the solution at the edge of the bulk, continued linearly, is 0."""
SHIFT: Expr = -theta / (g - theta)
"""m times the shift of s by a spike below the threshold, 1 − m/w."""


@dataclass(frozen=True)
class Edge:
    """Centre and scale of nλ, as enclosures, and m."""

    centre: arb
    scale: arb
    rows: arb

    def standardised(self, y: Number) -> arb:
        """Return s = (y − centre)/scale for a level y of nλ. Worked value: 0 at the centre."""
        return (exactly.enclosed(exactly.rational(y, "level y")) - self.centre) / self.scale

    def level(self, s: Number) -> arb:
        """Return the level centre + scale s of nλ. Worked value: the centre at s = 0."""
        return self.centre + self.scale * exactly.enclosed(exactly.rational(s, "s"))


def edge(d: int, n: int, less: tuple[Number, Number] = (0, 0)) -> Edge:
    """Return the edge of n − less[0] samples in d − less[1] dimensions.

    ``less`` is (0, 0) for the plain standardisation, (1, 0) for Johnstone's, (1/2, 1/2) for Ma's.
    Errors: ``ValueError`` if d or n is not an integer of at least 1, or ``less`` is negative or leaves nothing.
    Source: Johnstone, doi:10.1214/aos/1009210544; Ma, doi:10.3150/10-BEJ334.
    Worked value: d = n = 8: centre 32, scale 8/2^{2/3} = 5.0396…, m = 2^{1/3} = 1.2599….
    """
    fewer = exactly.vector(less, "less", length=2)
    if min(fewer) < 0:
        raise ValueError(f"less must be at least 0, not {less}")
    left = [exactly.rational(k, "n or d") - x for k, x in zip((n, d), fewer, strict=True)]
    if count(n, "n") and count(d, "dimension d") and min(left) <= 0:
        raise ValueError(f"n − {less[0]} and d − {less[1]} must be positive, not {left[0]} and {left[1]}")
    point = {a: exactly.root(left[0]), b: exactly.root(left[1])}
    top, bottom = point[a] * point[b], point[a] + point[b]
    rows = (top / bottom) ** (arb(2) / 3)
    return Edge(bottom**2, top / rows**2, rows)


def scaling() -> tuple[Step, ...]:
    """Return the steps from the entries of B to the scale of the edge, and to the noise there."""
    return (
        definition(
            "√n, √d and m are letters, m³ = (√n√d/(√n + √d))²; γ = d/n. T = BBᵀ with B of D4.1, i = m t the row: "
            "T_{i,i−1} + T_{i,i} + T_{i,i+1} is near (χ_{n−i} + χ_{d−i})², and T_{i,i+1} near √n√d."
        ),
        exact(
            "(√n + √d)² changes with n and d both by −1 by −(√n + √d)²/(√n√d)",
            -_by_n(CENTRE) - _by_d(CENTRE),
            -CENTRE / (a * b),
        ),
        exact(
            "m (√n + √d)²/(√n√d) = √n√d/m² at m³ = (√n√d/(√n + √d))²",
            (m * CENTRE / (a * b) - SCALE).together().subs(m**3, CUBE),
            0,
        ),
        argument(
            "So T − (√n + √d)², applied to v_i = f(i/m), is √n√d/m² times f″ − t f and noise: nλ varies on that scale."
        ),
        exact(
            "4(√n + √d)² (1/2 + 1/2)/m, over the square of √n√d/m², is 4 at m³ = (√n√d/(√n + √d))²",
            (4 * CENTRE * (HALF + HALF) / m / SCALE**2).together().subs(m**3, CUBE),
            4,
        ),
        argument(
            "χ_k is near √k + N(0, 1/2), so (χ + χ)² has the variance 4(√n + √d)²(1/2 + 1/2) a row, and averaged over "
            "the rows m dt, 1/m of it per dt: the noise is 2b′ = (2/√β)b′, β = 1."
        ),
    )


def null_derivation() -> Derivation:
    """Derive how plain and Johnstone's standardisations differ from Ma's."""
    return Derivation(
        result="P(nλ ≤ μ + σs) − F_1(s) is O(n^{−2/3}) by Ma's μ, σ (his theorem, cited), F_1'(s)/(2m) + O(n^{−2/3}) "
        "by the plain ones, and F_1'(s)/(2m) (√n − √d)/(√n + √d) + O(n^{−2/3}) by Johnstone's. That n^{−2/3} is "
        "reached is observed, not derived",
        steps=(
            *scaling(),
            argument(
                "Ma's theorem, cited and with its hypotheses (whatever it asks of the parity of d and n: here all "
                "are even): with n − 1/2 and d − 1/2 in place of n and d, |P − F_1| = O(n^{−2/3})."
            ),
            exact(
                "(√n + √d)² for n and d less by 1/2 each is less by (√n + √d)²/(2√n√d), to first order",
                (_by_n(CENTRE) + _by_d(CENTRE)) / 2,
                CENTRE / (2 * a * b),
            ),
            exact(
                "m times that over √n√d/m² is 1/2 at m³ = (√n√d/(√n + √d))²",
                lag(Rational(0), Rational(0)),
                HALF,
            ),
            exact(
                "m times the change from (n − 1/2, d − 1/2) to (n − 1, d), over √n√d/m², is (√n − √d)/(2(√n + √d))",
                lag(Rational(1), Rational(0)),
                JOHNSTONE,
            ),
            exact("m³ at t√n, t√d is t²m³", CUBE.subs({a: t * a, b: t * b}, simultaneous=True), GROWTH * CUBE),
            argument(
                "The scale changes by the relative order 1/n. So the plain s is less than Ma's by 1/(2m), and "
                "Johnstone's by (√n − √d)/(2(√n + √d)m), up to O(1/n): F_1 is differentiable, and m is "
                "n^{1/3} times a constant for fixed d/n, as m³ grows as n does. "
                "Johnstone's shift is 0 iff d = n."
            ),
        ),
    )


def exponent(less: tuple[Number, Number], aspect: Number) -> Fraction:
    """Return p of the order n^{−p} of P − F_1 with n and d less by these: that of 1/m, or of 1/m² if ``lag`` is 0.

    Where ``lag`` is 0, n^{−p} is an upper bound only. Errors: ``ValueError`` if γ ≤ 0 or ``less`` is not finite.
    Source: Ma, doi:10.3150/10-BEJ334. Worked value: (0, 0) gives 1/3, (1/2, 1/2) gives 2/3.
    """
    shape, fewer = exactly.rational(aspect, "aspect γ"), exactly.vector(less, "less", length=2)
    if shape <= 0:
        raise ValueError(f"aspect γ must be positive, not {aspect}")
    of_window = Fraction(int(degree(GROWTH, t)), 2 * 3)  # n is t², and GROWTH that of m³
    shift = lag(*(Rational(x) for x in fewer)).subs({a: 1, b: sqrt(Rational(shape))})
    return of_window if shift != 0 else 2 * of_window


def subcritical_derivation() -> Derivation:
    """Derive that a spike below the threshold leaves the law as it is."""
    return Derivation(
        result="P(nλ ≤ μ + σs) → F_1(s) for every θ < √γ: the cited theorem of Bloemendal and Virág, its scaling and "
        "boundary condition derived",
        steps=(*scaling(), *row_zero(), *convergence(), argument("For fixed θ < √γ, w = m(1 − θ/√γ) → ∞: f(0) = 0.")),
    )


def shift_derivation() -> Derivation:
    """Derive the trace that a spike below the threshold leaves at the order n^{−1/3}."""
    ratio, start = symbols("f_1 f_0")
    return Derivation(
        result="m(P(nλ ≤ μ + σs) − F_1(s)) → F_1'(s)(1/2 − θ/(√γ − θ))",
        steps=(
            *null_derivation().steps,
            *row_zero(),
            exact(
                "f_0 + i(f_1 − f_0) = 0 at i = −(1 + θ)g/((1 + g)(g − θ)), f_1 = ((1 + g)² − 1 − θ)f_0/((1 + θ)g)",
                (start + ZERO * (ratio - start)).subs(ratio, _ratio() * start),
                0,
            ),
            exact(
                "i_0(θ) − i_0(0) = −θ/(g − θ) for that row i_0(θ), negative without a spike: −1/(1 + g)",
                ZERO - ZERO.subs(theta, 0),
                SHIFT,
            ),
            heuristic(
                "To the order 1/m, a spike moves the place where f would vanish, and s with it as the edge falls by "
                "1/m a row: by (i_0(θ) − i_0(0))/m from the null law. Noise in row 0, where f is O(1/m), is left out."
            ),
        ),
    )


def _ratio() -> Expr:
    """Return f_1/f_0 at the edge of the bulk."""
    return ((1 + g) ** 2 - 1 - theta) / ((1 + theta) * g)


def row_zero() -> tuple[Step, ...]:
    """Return the steps that give the boundary condition, f'(0) = w f(0)."""
    r = _ratio()
    at_window = (r - 1).subs(theta, g * (1 - w / m))
    return (
        argument(
            "Row 0 of BBᵀ/n, with f_0 = √(1 + θ) v_0 and f_i = v_i: (1 + θ)f_0 + (1 + θ)g f_1 = (1 + g)²f_0 at the "
            "edge of the bulk, g = √γ."
        ),
        exact(
            "(1 + θ) + (1 + θ)g r = (1 + g)² at r = f_1/f_0 = ((1 + g)² − 1 − θ)/((1 + θ)g)",
            (1 + theta) + (1 + theta) * g * r,
            (1 + g) ** 2,
        ),
        exact(
            "m(r − 1) at θ = g(1 − w/m) is w(1 + g)/(1 + g − gw/m)",
            m * at_window,
            w * (1 + g) / (1 + g - g * w / m),
        ),
        argument("It tends to w as m → ∞: f′(0) = w f(0), and f(0) = 0 as w → ∞."),
    )


def convergence() -> tuple[Step, ...]:
    """Return the theorem of convergence to the stochastic Airy operator."""
    return (
        argument(
            "Bloemendal and Virág: for w = m(1 − θ/√γ) → w_∞ in (−∞, ∞], (nλ − (√n + √d)²)m²/√(nd) tends in law to −Λ, "
            "Λ the least eigenvalue of −d²/dt² + t + (2/√β)b′ on t > 0, f′(0) = w_∞ f(0); its law is F(x; w_∞), and "
            "F_β for w_∞ = ∞."
        ),
    )


def shift(strength: Number, aspect: Number) -> arb:
    """Return m times the shift of s by the plain standardisation and a spike −1 < θ < √γ, in the limit.

    Errors: ``ValueError`` if θ ≤ −1, θ ≥ √γ or γ ≤ 0. Worked value: θ = 0 gives 1/2; θ = 1/2, γ = 1 gives −1/2.
    """
    spike, shape = exactly.rational(strength, "strength θ"), exactly.rational(aspect, "aspect γ")
    if shape <= 0 or spike <= -1 or (spike > 0 and spike**2 >= shape):
        raise ValueError(f"needs γ > 0 and −1 < θ < √γ, not θ = {strength}, γ = {aspect}")
    x, root = exactly.enclosed(spike), exactly.root(shape)
    above, below = fraction(SHIFT)
    point = {theta: x, g: root}
    return arb(1) / 2 + exactly.enclose(above, point) / exactly.enclose(below, point)
