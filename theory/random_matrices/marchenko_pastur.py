r"""The Stieltjes transform of the Marchenko–Pastur law, with an explicit bound of the distance at finite size.

$S = XX^\top/n$, X of the shape (d, n) with i.i.d. N(0, 1) entries, $\gamma = d/n > 0$; $m_n(z) = \frac1d
\mathrm{tr}(S - z)^{-1}$, and $m(z) = \int dF(x)/(x - z)$ is its limit. The support of F but for an atom at 0 is [a, b].
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from numbers import Integral
from typing import Any, TypeVar

from flint import acb, arb, ctx
from sympy import Expr, Symbol, fraction, symbols, together

from .. import exact as exactly
from ..derivation import Derivation, Step, argument, definition, exact
from ..exact import Number

Ball = TypeVar("Ball", arb, acb)

BITS = tuple(128 << k for k in range(8))

z, m, mu = symbols("z m μ")
gamma, g, d, n = symbols("γ g d n", positive=True)
R = Symbol("R")

EQUATION: Expr = gamma * z * m**2 + (z + gamma - 1) * m + 1
"""P(m), whose root is the transform."""

ROOT: Expr = 2 * gamma * z * m + z + gamma - 1
"""R = P'(m), the branch of √((z − a)(z − b)) that is z + O(1) at infinity."""

LOWER, UPPER = (1 - g) ** 2, (1 + g) ** 2
"""a and b, in g = √γ."""

SQUARED_ROOT: Expr = (z + gamma - 1) ** 2 - 4 * gamma * z
"""R², free of roots of γ."""

TRANSFORM: Expr = -2 / (z + gamma - 1 + R)

POINT: Expr = 1 / (1 + gamma * m) - 1 / m
"""z as a function of m."""

sigma, tau, stability, modulus = symbols("σ τ r ρ", positive=True)

DISTANCE: Expr = (sigma / n + 4 * modulus * tau / n**2) / stability
"""The bound of |E m_n − m|: ρ = |z|, σ and τ bound s/|s − z|² and s/|s − z|⁴ over s ≥ 0, r is the stability."""


def derivation() -> Derivation:
    """Derive the equation of the transform, its solution, and the bound at finite size."""
    resolvent, weighted, product, slope = symbols("trG trSG tr(GSG) D")
    s, x, y = symbols("s x y")
    balance = (weighted - resolvent + resolvent * weighted / n + product / n) / d
    return Derivation(
        result="γzm² + (z + γ − 1)m + 1 = 0; |E m_n(z) − m(z)| ≤ (σ/n + 4|z|τ/n²)/r for every d and n",
        steps=(
            definition(
                "G = (S − z)^{-1}, m_n = tr G/d, μ = E m_n, P(m) = γzm² + (z + γ − 1)m + 1, for z < 0 or Im z > 0."
            ),
            argument(
                "Gaussian integration by parts: E tr SG = (1/n) Σ_ik E X_ik (GX)_ik = (1/n) Σ_ik E ∂(GX)_ik/∂X_ik, and "
                "∂G = −G(∂S)G gives, summed, E[tr SG − tr G + (1/n) tr G tr SG + (1/n) tr GSG] = 0, for every d and n."
            ),
            argument("SG = I + zG and G' = G², so tr SG = d(1 + z m_n) and tr GSG = tr G + z tr G² = d (z m_n)'."),
            exact(
                "(1/d)(tr SG − tr G + tr G tr SG/n + tr GSG/n) at d = γn, tr G = dm, tr SG = d(1 + zm), tr GSG = dD "
                "is P(m) + D/n",
                balance.subs({resolvent: d * m, weighted: d * (1 + z * m), product: d * slope}).subs(d, gamma * n),
                EQUATION + slope / n,
            ),
            argument(
                "With E m_n² = μ² + E(m_n − μ)²: P(μ) = −(zμ)'/n − γz E(m_n − μ)². No limit has been taken so far."
            ),
            exact(
                "with ρ² = x² + y²: (s − x)² + y² − 2s(ρ − x) = (s − ρ)²",
                ((s - x) ** 2 + y - 2 * s * (modulus - x)).subs(y, modulus**2 - x**2),
                (s - modulus) ** 2,
            ),
            argument(
                "So s/|s − z|² ≤ σ = 1/(2(|z| − Re z)) for s ≥ 0, and s/|s − z|⁴ ≤ τ = σ/dist(z, [0, ∞))². As "
                "(zm_n)' = (1/d) Σ λ/(λ − z)², |(zμ)'| ≤ σ. As ∂m_n/∂X_ik = −(2/dn)(G²X)_ik, the squared gradient of "
                "m_n (of its real or imaginary part no more) is at most (4/(d²n)) Σ λ/|λ − z|⁴ ≤ 4τ/(dn): m_n is "
                "Lipschitz, and by the Gaussian Poincaré inequality E|m_n − μ|² ≤ 4τ/(dn)."
            ),
            exact(
                "γρ · 4τ/(dn) at d = γn is 4ρτ/n²",
                gamma * modulus * 4 * tau / (gamma * n * n),
                4 * modulus * tau / n**2,
            ),
            argument("So |P(μ)| ≤ σ/n + 4|z|τ/n²."),
            exact(
                "P(μ) − P(m) = (μ − m)(γzμ + γzm + z + γ − 1)",
                EQUATION.subs(m, mu) - EQUATION,
                (mu - m) * (gamma * z * (mu + m) + z + gamma - 1),
            ),
            exact("(γzm + z + γ − 1)m + 1 = P(m)", (gamma * z * m + z + gamma - 1) * m + 1, EQUATION),
            argument(
                "Let μ and m be transforms of laws on [0, ∞) and P(m) = 0. If Im z > 0, Im zμ and Im zm are ≥ 0 "
                "(z/(s − z) = −1 + s/(s − z)), so the second factor has an imaginary part ≥ Im z. If z < 0, it is "
                "γzμ − 1/m with μ, m > 0, so at most −1/m. Hence |μ − m| ≤ |P(μ)|/r with r = Im z, or 1/m for z < 0."
            ),
            argument(
                "E S = I: the laws E F_n are tight; their limit points have transforms with P(m) = 0, and there is "
                "one such m, by the last step with two of them. So E F_n → F, and F_n → F almost surely, since the "
                "variances 4τ/(dn) are summable along n."
            ),
            *_root_steps(),
        ),
    )


def _root_steps() -> tuple[Step, ...]:
    """Solve P(m) = 0."""
    return (
        exact(
            "R² = (z − a)(z − b) + 4γz P(m), γ = g², for R = 2γzm + z + γ − 1",
            (ROOT**2).subs(gamma, g**2),
            ((z - LOWER) * (z - UPPER) + 4 * gamma * z * EQUATION).subs(gamma, g**2),
        ),
        exact("(z + γ − 1)² − 4γz = (z − a)(z − b)", SQUARED_ROOT.subs(gamma, g**2), (z - LOWER) * (z - UPPER)),
        exact("(z + γ − 1 + R) m + 2 = 2P(m)", (z + gamma - 1 + ROOT) * m + 2, 2 * EQUATION),
        argument(
            "So m = −2/(z + γ − 1 + R). R is continuous and not 0 off [a, b], and R = z + O(1) at infinity as zm → −1: "
            "R = √(z − a) √(z − b) with principal roots, negative for real z < a, positive for z > b. m is analytic "
            "off [a, b] and 0: for real z there it is the limit of m_n(z) too wherever no eigenvalue comes near."
        ),
        exact("the solution of P(m) = 0 for z: P(m) = 0 at z = 1/(1 + γm) − 1/m", EQUATION.subs(z, POINT), 0),
    )


def aspect(value: Number) -> Fraction:
    """Return γ as a rational; ``ValueError`` unless it is finite and positive."""
    ratio = exactly.rational(value, "γ = d/n")
    if ratio <= 0:
        raise ValueError(f"γ = d/n must be positive, not {value!r}")
    return ratio


def edges(ratio: Number) -> tuple[arb, arb]:
    r"""Return $a = (1 - \sqrt\gamma)^2$ and $b = (1 + \sqrt\gamma)^2$.

    Errors: ``ValueError`` unless γ is finite and positive. Source: doi:10.1070/SM1967v001n04ABEH001994.
    Worked value: γ = 1/4 gives 1/4 and 9/4.
    """
    value = aspect(ratio)
    if value == 1:
        return arb(0), arb(4)
    return precise(lambda: _edges(value)[0]), precise(lambda: _edges(value)[1])


def _edges(value: Fraction) -> tuple[arb, arb]:
    root = {g: exactly.root(value)}
    return at(LOWER, root), at(UPPER, root)


def stieltjes(point: Number, ratio: Number) -> arb:
    r"""Return $m(z) = \int dF(x)/(x - z)$ at a real z outside of the support, by ``TRANSFORM``.

    Errors: ``ValueError`` for γ ≤ 0, for z in [a, b], and for z = 0 where F has an atom or an edge there (γ ≥ 1).
    Source: doi:10.1070/SM1967v001n04ABEH001994. Worked value: γ = 1, z = −1/2 gives 1: −½ m² − ½ m + 1 = 0.
    """
    return outside(TRANSFORM, point, ratio)


def stieltjes_complex(real: Number, imaginary: Number, ratio: Number) -> acb:
    r"""Return m(z) at z = ``real`` + i ``imaginary``, not real.

    Errors: ``ValueError`` for γ ≤ 0 or an imaginary part 0. Source as ``stieltjes``.
    Worked value: γ = 1, z = i gives 0.300242590220… + 0.624810533843… i.
    """
    letters = complex_letters(real, imaginary, ratio)
    return precise(lambda: at(TRANSFORM, letters()))


def complex_letters(real: Number, imaginary: Number, ratio: Number) -> Callable[[], dict[Symbol, acb]]:
    """Return what encloses z, γ and R at a z that is not real; errors as ``stieltjes_complex``."""
    x, y, value = exactly.rational(real, "Re z"), exactly.rational(imaginary, "Im z"), aspect(ratio)
    if y == 0:
        raise ValueError("Im z must not be 0; stieltjes() takes a real z")

    def letters() -> dict[Symbol, acb]:
        point, (low, high) = acb(exactly.enclosed(x), exactly.enclosed(y)), _edges(value)
        root = (point - low).sqrt() * (point - high).sqrt()
        return {z: point, gamma: acb(exactly.enclosed(value)), R: root}

    return letters


def bias_bound(dimension: int, samples: int, real: Number, imaginary: Number = 0) -> arb:
    r"""Return an upper bound of $|E\,m_n(z) - m(z)|$, γ = d/n, by ``DISTANCE``: z < 0, or Im z > 0.

    Errors: ``ValueError`` for d or n < 1 and for any other z. Source: derived here.
    Worked value: d = n = 1000, z = −1/2: σ = ½, τ = 2, r = 1/m = 1, so 0.0005 + 0.000004.
    """
    ratio, where = Fraction(size(dimension, "d"), size(samples, "n")), bounded(real, imaginary)

    def bound() -> arb:
        steady = exactly.enclosed(where[1]) if where[1] else 1 / at(TRANSFORM, real_letters(where[0], ratio)())
        return at(DISTANCE, {**bounds(*where), stability: steady, n: arb(samples)})

    return precise(bound)


def lipschitz(dimension: int, samples: int, real: Number, imaginary: Number = 0) -> arb:
    r"""Return a Lipschitz constant $2\sqrt{\tau/(dn)}$ of $m_n(z)$ in X, and so of its real and imaginary part.

    Errors and source as ``bias_bound``. Worked value: d = n = 1000, z = −1/2: τ = 2 and 2√2/1000 = 0.002828….
    """
    entries, where = size(dimension, "d") * size(samples, "n"), bounded(real, imaginary)
    return precise(lambda: 2 * (bounds(*where)[tau] / entries).sqrt())


def precise(number: Callable[[], Ball]) -> Ball:
    """Evaluate with more and more bits until 80 of them are certain; ``ArithmeticError`` if they never are."""
    for bits in BITS:
        with ctx.workprec(bits):
            ball = number()
            if ball.rel_accuracy_bits() >= 80:
                return ball
    raise ArithmeticError(f"not certain to 80 bits with {BITS[-1]} bits: {ball}")


def at(formula: Expr, values: Mapping[Symbol, Any]) -> Any:
    """Return a rational function with rational coefficients at balls. Worked value: x/3 at the ball 3 is the ball 1."""
    above, below = _fraction(formula)
    return exactly.enclose(above, dict(values)) / exactly.enclose(below, dict(values))


@cache
def _fraction(formula: Expr) -> tuple[Expr, Expr]:
    numerator, denominator = fraction(together(formula))
    return numerator, denominator


def outside(formula: Expr, point: Number, ratio: Number) -> arb:
    """Return a rational function of z, γ and R at a real z outside of the support; errors as ``stieltjes``."""
    letters = real_letters(point, ratio)
    return precise(lambda: at(formula, letters()))


def real_letters(point: Number, ratio: Number) -> Callable[[], dict[Symbol, arb]]:
    """Return what encloses z, γ and R at a real z outside of the support; errors as ``stieltjes``."""
    where, value = exactly.rational(point, "z"), aspect(ratio)
    square = exactly.evaluate(SQUARED_ROOT, {z: where, gamma: value})
    if square <= 0:
        raise ValueError(f"z must lie outside of the support [a, b], not at {point}, for γ = {ratio}")
    if where == 0 and value > 1:
        raise ValueError(f"z must not be 0 for γ = {ratio} > 1: F has an atom there")
    sign = -1 if where < 1 + value else 1  # (a + b)/2 = 1 + γ
    return lambda: {z: exactly.enclosed(where), gamma: exactly.enclosed(value), R: sign * exactly.root(square)}


def bounded(real: Number, imaginary: Number) -> tuple[Fraction, Fraction]:
    """Return z as rationals; ``ValueError`` unless z < 0 or Im z > 0."""
    x, y = exactly.rational(real, "Re z"), exactly.rational(imaginary, "Im z")
    if y < 0 or (y == 0 and x >= 0):
        raise ValueError(f"z must be negative or have a positive imaginary part, not {real} + {imaginary} i")
    return x, y


def bounds(x: Fraction, y: Fraction) -> dict[Symbol, arb]:
    """Return ρ = |z|, σ and τ, for z < 0 or Im z > 0."""
    length = exactly.root(x * x + y * y)
    ray = y * y if x > 0 else x * x + y * y  # squared distance from [0, ∞)
    bound = 1 / (2 * (length - exactly.enclosed(x)))
    return {modulus: length, sigma: bound, tau: bound / exactly.enclosed(ray)}


def size(value: int, name: str) -> int:
    """Return an integer of at least 1; ``ValueError`` otherwise."""
    if not isinstance(value, Integral) or value < 1:
        raise ValueError(f"{name} must be an integer of at least 1, not {value!r}")
    return int(value)
