r"""The Marchenko–Pastur law: atom, density, distribution function and quantiles, each as a certified enclosure.

Within the support $t = \sqrt{(x - a)/(b - x)}$ runs from 0 to ∞, and all is rational in t and $g = \sqrt\gamma$ but for
two arctangents.
"""

from fractions import Fraction
from math import ceil

from flint import arb, ctx
from sympy import Expr, diff, symbols

from .. import exact as exactly
from ..derivation import Derivation, argument, definition, exact
from ..exact import Number
from .marchenko_pastur import (
    BITS,
    LOWER,
    ROOT,
    SQUARED_ROOT,
    UPPER,
    R,
    aspect,
    at,
    d,
    edges,
    g,
    gamma,
    m,
    n,
    precise,
    size,
    z,
)

t = symbols("t", positive=True)
x, pi, first, second, chord = symbols("x π θ φ c")

ATOM: Expr = 1 - 1 / gamma
"""The mass at 0 for γ > 1; else there is none."""

POINT: Expr = (LOWER + UPPER * t**2) / (1 + t**2)
"""x in t."""

CHORD: Expr = (UPPER - LOWER) * t / (1 + t**2)
"""√((b − x)(x − a)) in t."""

DENSITY: Expr = chord / (2 * pi * gamma * x)
"""The density, c = √((b − x)(x − a))."""

MASS: Expr = (CHORD + (LOWER + UPPER) * first - 2 * (1 - g**2) * second) / (2 * pi * g**2)
"""The mass of [a, x], with θ = arctan t and φ = arctan(t(1 + g)/(1 − g)), and without the last term for γ = 1."""


def atom_derivation() -> Derivation:
    """Derive the atom of F from the transform, and that of every drawn spectrum from the rank."""
    return Derivation(
        result="F has the mass max(0, 1 − 1/γ) at 0, and so has almost surely every F_n",
        steps=(
            argument(
                "By D1.1 m = (R − z − γ + 1)/(2γz) with R² = (z − a)(z − b); F has at 0 the mass −lim zm at z = 0: "
                "as z → 0 from the left, −z/(x − z) is 1 at x = 0 and elsewhere bounded with the limit 0."
            ),
            exact("zm = (R − z − γ + 1)/(2γ)", z * m, (ROOT - z - gamma + 1) / (2 * gamma)),
            argument(
                "0 ≤ a, and R < 0 left of a. So at 0 for γ ≠ 1, where R² = (1 − γ)², R = −|1 − γ|; for γ = 1, R = 0."
            ),
            exact("R² at z = 0 is (1 − γ)²", SQUARED_ROOT.subs(z, 0), (1 - gamma) ** 2),
            exact("−zm at z = 0, R = −(γ − 1) is 1 − 1/γ", _weighted(-(gamma - 1)), ATOM),
            exact("−zm at z = 0, R = −(1 − γ) is 0", _weighted(-(1 - gamma)), 0),
            exact("d − n = d(1 − 1/γ) at γ = d/n", d - n, d * ATOM.subs(gamma, d / n)),
            argument(
                "X has almost surely the rank min(d, n): a minor is a polynomial that is not 0, and vanishes on a null "
                "set. So S has d − min(d, n) eigenvalues 0, which is d − n for γ > 1 and else 0."
            ),
        ),
    )


def derivation() -> Derivation:
    """Derive atom, density and distribution function from the transform."""
    slope = (1 + g) / (1 - g)
    along = {first: 1 / (1 + t**2), second: slope / (1 + (slope * t) ** 2)}
    in_t = diff(CHORD, t) + (LOWER + UPPER) * along[first] - 2 * (1 - g**2) * along[second]
    of_density = 2 * pi * gamma * DENSITY.subs({chord: CHORD, x: POINT}) * diff(POINT, t)
    return Derivation(
        result="F(x) = max(0, 1 − 1/γ) + (1/2πγ)[√((b − x)(x − a)) + (a + b) arctan t − 2|1 − γ| arctan(t√(b/a))] on "
        "[a, b], t = √((x − a)/(b − x))",
        steps=(
            argument(
                "By D1.1 m = (R − z − γ + 1)/(2γz), R² = (z − a)(z − b), and F has at x the density lim Im m(x + i0)/π "
                "where that is finite (Stieltjes inversion); its mass at 0 is that of D1.1.atom."
            ),
            argument(
                "On (a, b), R(x + i0) = i√((b − x)(x − a)) (from the right, √(z − b) turns by i), so the density is "
                "f = √((b − x)(x − a))/(2πγx). Off [a, b] and 0, m is real and analytic and there is no mass."
            ),
            definition("t = √((x − a)/(b − x)), increasing from 0 at a to ∞ at b: x = (a + bt²)/(1 + t²)."),
            exact("(x − a)/(b − x) = t²", (POINT - LOWER) / (UPPER - POINT), t**2),
            exact("(b − x)(x − a) = ((b − a)t/(1 + t²))²", (UPPER - POINT) * (POINT - LOWER), CHORD**2),
            exact(
                "2πγ f dx/dt = d/dt (b − a)t/(1 + t²) + (a + b)/(1 + t²) − 2(1 − γ)κ/(1 + κ²t²), κ = (1 + g)/(1 − g), "
                "for either sign of 1 − g",
                of_density,
                in_t,
            ),
            exact(
                "at g = 1: 2πγ f dx/dt = d/dt (b − a)t/(1 + t²) + (a + b)/(1 + t²)",
                of_density.subs(g, 1),
                (diff(CHORD, t) + (LOWER + UPPER) * along[first]).subs(g, 1),
            ),
            argument(
                "Both sides integrate from 0 to the stated F: d arctan t = 1/(1 + t²), d arctan κt = κ/(1 + κ²t²), and "
                "(1 − γ) arctan κt = |1 − γ| arctan(t√(b/a)), as κ = ±√(b/a) has the sign of 1 − γ. At t = ∞, the "
                "first term is 0, θ = π/2, and φ = ±π/2, the sign being that of 1 − γ:"
            ),
            exact("the mass is 1 at φ = π/2 (γ < 1)", _whole(pi / 2), 1),
            exact("the mass is 1 − (1 − 1/γ) at φ = −π/2 (γ > 1)", _whole(-pi / 2), 1 - ATOM.subs(gamma, g**2)),
            exact("the mass is 1 at g = 1, without φ", _whole(pi / 2).subs(g, 1), 1),
        ),
    )


def quantile_derivation() -> Derivation:
    """Derive that order statistics tend to quantiles."""
    return Derivation(
        result="λ_(k) → q, F(q) = p, for k = ⌈pd⌉",
        steps=(
            exact(
                "√((b − x)(x − a))/x = (b − a)t/(a + bt²)", CHORD / POINT, (UPPER - LOWER) * t / (LOWER + UPPER * t**2)
            ),
            argument(
                "So the density is positive for 0 < t < ∞, and F increases continuously on (a, b) from the atom to 1 "
                "(D1.1.cdf): for p between them there is one q with F(q) = p, and F(q − ε) < p < F(q + ε) for ε > 0."
            ),
            argument(
                "λ_(k) ≤ x iff F_n(x) ≥ k/d, and k/d → p. F_n(q ± ε) → F(q ± ε) almost surely (D1.1), so λ_(k) lies "
                "between q − ε and q + ε from some n on."
            ),
            argument(
                "√(nλ_(k)) is a singular value of X, and those are 1-Lipschitz in X (Weyl). So √λ_(k) is n^{-1/2}-"
                "Lipschitz in the entries: its deviations from its expectation are bounded for every n."
            ),
        ),
    )


def _weighted(root: Expr) -> Expr:
    """Return −zm at z = 0."""
    return -((R - z - gamma + 1) / (2 * gamma)).subs({R: root, z: 0})


def _whole(turn: Expr) -> Expr:
    """Return ``MASS`` at t = ∞."""
    return MASS.subs(CHORD, 0).subs({first: pi / 2, second: turn})


def atom(ratio: Number) -> Fraction:
    r"""Return the mass of F at 0, max(0, 1 − 1/γ), exactly.

    Errors: ``ValueError`` unless γ is finite and positive. Source: doi:10.1070/SM1967v001n04ABEH001994.
    Worked value: γ = 4 gives 3/4.
    """
    value = aspect(ratio)
    return exactly.evaluate(ATOM, {gamma: value}) if value > 1 else Fraction(0)


def density(point: Number, ratio: Number) -> arb:
    r"""Return the density at a real x, without the atom; 0 off [a, b].

    Errors: ``ValueError`` for γ ≤ 0, x not finite, and x = 0 for γ = 1, where it is infinite. Source as ``atom``.
    Worked value: γ = 1, x = 2 gives 1/2π = 0.159154943091….
    """
    where, value = exactly.rational(point, "x"), aspect(ratio)
    square = exactly.evaluate(SQUARED_ROOT, {z: where, gamma: value})
    if where == 0 and value == 1:
        raise ValueError("the density is infinite at x = 0 for γ = 1")
    if square >= 0:
        return arb(0)

    def value_there() -> arb:
        letters = {x: exactly.enclosed(where), gamma: exactly.enclosed(value), pi: arb.pi()}
        return at(DENSITY, {**letters, chord: exactly.root(-square)})

    return precise(value_there)


def cdf(point: Number, ratio: Number) -> arb:
    r"""Return F(x), the atom at 0 included; 0 below the support and 1 above.

    Errors: ``ValueError`` for γ ≤ 0 or x not finite. Source as ``atom``; the closed form is derived here.
    Worked value: γ = 1, x = 2 gives 1/2 + 1/π = 0.818309886183….
    """
    where, value = exactly.rational(point, "x"), aspect(ratio)
    square, mass = exactly.evaluate(SQUARED_ROOT, {z: where, gamma: value}), atom(value)
    if square >= 0:  # a ≤ 1 + γ ≤ b
        return arb(1) if where > 1 + value else exactly.enclosed(mass if where >= 0 else Fraction(0))

    def ratio_of_distances() -> arb:
        """Return t, by that of the two distances which does not cancel."""
        off = where - 1 - value
        distance = exactly.enclosed(abs(off)) + 2 * exactly.root(value)
        return distance / exactly.root(-square) if off > 0 else exactly.root(-square) / distance

    return precise(lambda: exactly.enclosed(mass) + _mass(ratio_of_distances(), value))


def quantile(share: Number, ratio: Number) -> arb:
    r"""Return the least x in the support with F(x) ≥ p: 0 for p ≤ 1 − 1/γ, a for p = 0 and γ ≤ 1, b for p = 1.

    Between them t is bisected until two rationals 2^{-72} apart, relatively, are certain to have F on either side.
    Errors: ``ValueError`` for γ ≤ 0 or p outside [0, 1]. Source as ``atom``.
    Worked value: γ = 1, p = 1/2 + 1/π (a little rounded) gives 2.
    """
    wanted, value = exactly.rational(share, "p"), aspect(ratio)
    if not 0 <= wanted <= 1:
        raise ValueError(f"p must be a probability, in [0, 1], not {share!r}")
    rest = wanted - atom(value)
    if wanted == 1:
        return edges(value)[1]
    if rest <= 0:
        return arb(0) if value > 1 else edges(value)[0]
    low = high = Fraction(1)
    while _below(high, value, rest):
        low, high = high, high * 16
    while not _below(low, value, rest):
        low, high = low / 16, low
    while high - low > low / 2**72:
        middle = (low + high) / 2
        low, high = (middle, high) if _below(middle, value, rest) else (low, middle)
    with ctx.workprec(BITS[-1]):
        ends = [at(POINT, {t: exactly.enclosed(end), g: exactly.root(value)}) for end in (low, high)]
        return ends[0].union(ends[1])


def _mass(ratio_of_distances: arb, value: Fraction) -> arb:
    """Enclose the mass of [a, x] at t."""
    root = exactly.root(value)
    inner = exactly.enclosed(1 - value) / (1 + root)  # 1 − g
    turned = (ratio_of_distances * (1 + root) / inner).atan() if value != 1 else arb(0)
    return at(MASS, {t: ratio_of_distances, g: root, pi: arb.pi(), first: ratio_of_distances.atan(), second: turned})


def _below(end: Fraction, value: Fraction, rest: Fraction) -> bool:
    """Tell for certain whether the mass up to a rational t is below ``rest``; ``ArithmeticError`` if it cannot."""
    for bits in BITS:
        with ctx.workprec(bits):
            excess = _mass(exactly.enclosed(end), value) - exactly.enclosed(rest)
            if not excess.contains(0):
                return bool(excess < 0)
    raise ArithmeticError(f"F at t = {end} is too near to the probability to tell with {BITS[-1]} bits")


def share_drift(dimension: int) -> Fraction:
    r"""Return 1/(4d), which the leading term of $E F_n(x) - F(x)$ does not exceed on (a, b).

    The term is (¼ − ½α(x))/d, α the arcsine law on [a, b] (``marchenko_pastur_correction``). It is a leading term,
    not a bound. Errors: ``ValueError`` for d < 1. Source: derived here. Worked value: d = 1000 gives 1/4000.
    """
    return Fraction(1, 4 * size(dimension, "d"))


def order_drift(share: Number, dimension: int, ratio: Number) -> arb:
    r"""Return a bound of the leading term of $E\sqrt{\lambda_{(k)}} - \sqrt{Q(p)}$, k = ⌈pd⌉, for p above the atom.

    $\lambda_{(k)}$ lies where the expected count d E F_n passes k − ½, so the share is off by at most
    (|k − ½ − pd| + ¼)/d, and the root of the quantile by that over $2\sqrt{Q}f(Q)$.
    Errors: as ``quantile``, and ``ValueError`` for d < 1 or p at an end. Source: derived here.
    Worked value: γ = 1, p = ½, d = 101: pd = k − ½, so (1/404)/(2√Q f(Q)) = 0.00425…, with Q = 0.653….
    """
    count = size(dimension, "d") * exactly.rational(share, "p")
    off = abs(ceil(count) - Fraction(1, 2) - count) / dimension + share_drift(dimension)
    there = quantile(share, ratio)
    if not (atom(ratio) < exactly.rational(share, "p") < 1):
        raise ValueError(f"p must lie between the atom {atom(ratio)} and 1, not at {share}")
    middle = there.mid().fmpq()
    return exactly.enclosed(off) / (2 * there.sqrt() * density(Fraction(int(middle.p), int(middle.q)), ratio))
