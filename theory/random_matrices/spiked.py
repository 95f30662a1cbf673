r"""One spike, $X$ of the shape d × n with columns $N(0, I + \theta uu^\top)$: outliers of $S = XX^\top/n$.

Everything follows from the companion transform $s(z) = \int dF(x)/(x - z)$ over the spectrum of $X^\top X/n$, of which
the inverse is a rational function.
"""

from fractions import Fraction
from math import isfinite

from flint import arb
from sympy import Expr, Symbol, diff

from .. import exact as exactly
from ..derivation import Derivation, Step, argument, definition, exact
from ..exact import Number

theta = Symbol("θ", real=True, nonzero=True)
gamma = Symbol("γ", positive=True)
s, z, g = Symbol("s", real=True), Symbol("z", real=True), Symbol("g", positive=True)  # g = √γ

INVERSE: Expr = -1 / s + gamma / (1 + s)
r"""$z(s)$, the inverse of the companion transform outside of the bulk."""

SPIKE: Expr = -1 / (1 + theta)
"""The value of s at the outlier."""

LOCATION: Expr = INVERSE.subs(s, SPIKE)
SLOPE: Expr = diff(INVERSE, s).subs(s, SPIKE)
r"""$z'(s)$ at the outlier, which is positive iff there is one."""


def companion() -> tuple[Step, ...]:
    """Return the steps from the equation of Marchenko and Pastur to the inverse of the companion transform."""
    m = Symbol("m", real=True)
    quadratic = gamma * z * m**2 + (z + gamma - 1) * m + 1
    of_companion = z * s**2 + (z + 1 - gamma) * s + 1
    return (
        definition(
            "XᵀX/n has the nonzero eigenvalues of S, so its transform is s = γm − (1 − γ)/z, m that of S for θ = 0."
        ),
        exact(
            "γ(γzm² + (z + γ − 1)m + 1) = zs² + (z + 1 − γ)s + 1 at m = (s + (1 − γ)/z)/γ",
            gamma * quadratic.subs(m, (s + (1 - gamma) / z) / gamma),
            of_companion,
        ),
        exact("zs² + (z + 1 − γ)s + 1 = 0 at z = −1/s + γ/(1 + s)", of_companion.subs(z, INVERSE), 0),
    )


def derivation() -> Derivation:
    """Derive threshold and location of outliers, for every γ > 0 and θ > −1."""
    m_at_spike = (SPIKE + (1 - gamma) / LOCATION) / gamma
    return Derivation(
        result="the top eigenvalue tends to (1 + θ)(1 + γ/θ) if θ > √γ, else to (1 + √γ)²; "
        "for γ < 1 the bottom one to (1 + θ)(1 + γ/θ) if θ < −√γ, else to (1 − √γ)²",
        steps=(
            *companion(),
            argument(
                "Rotate u to the first axis: X has the row √(1 + θ) zᵀ, z ~ N(0, I), and d − 1 rows Y independent of "
                "it, so XᵀX/n = W + (1 + θ)zzᵀ/n with W = YᵀY/n. As det(x − W − czzᵀ) = det(x − W)(1 − c zᵀ(x − "
                "W)⁻¹z), an eigenvalue x outside of the spectrum of W solves g(x) = 1/(1 + θ) with g(x) = zᵀ(x − "
                "W)⁻¹z/n."
            ),
            argument(
                "z is independent of W, so g(x) tends to the limit of tr(x − W)⁻¹/n, which is −s(x), uniformly on "
                "compact sets outside of the bulk; all of the spectrum of W comes to lie near the bulk "
                "(doi:10.1214/aop/1022855421). So outliers tend to the x with s(x) = −1/(1 + θ)."
            ),
            exact("z(−1/(1 + θ)) = (1 + θ)(1 + γ/θ)", LOCATION, (1 + theta) * (1 + gamma / theta)),
            exact("1 + θ(1 + z m(z)) = 0 there", 1 + theta * (1 + LOCATION * m_at_spike), 0),
            exact("z'(s) there is (1 + θ)²(1 − γ/θ²)", SLOPE, (1 + theta) ** 2 * (1 - gamma / theta**2)),
            exact("at θ = √γ = g it is the upper edge", LOCATION.subs({gamma: g**2, theta: g}), (1 + g) ** 2),
            exact("at θ = −√γ = −g it is the lower edge", LOCATION.subs({gamma: g**2, theta: -g}), (1 - g) ** 2),
            argument(
                "s rises outside of the bulk, and a real s is taken there iff z'(s) > 0 (doi:10.1006/jmva.1995.1058): "
                "so there is an outlier iff θ² > γ. On the branch −1/(1 + √γ) < s < 0, which is θ > √γ, z(s) rises "
                "from the upper edge to ∞; on s < −1/(1 − √γ), which is −1 < θ < −√γ and needs γ < 1, from 0 to the "
                "lower edge."
            ),
            argument(
                "Else none leaves: the extreme eigenvalues of W tend to the edges. S has its top one above that of W; "
                "if θ ≤ √γ, for every ε > 0, g(x) ≤ g(b + ε) < 1/(1 + θ) for all x ≥ b + ε in the end, b the upper "
                "edge, as g falls there. The smallest of S is below the smallest of W that is not 0; if θ ≥ −√γ, γ < "
                "1, g falls from ∞ at 0, and g(x) ≥ g(a − ε) > 1/(1 + θ) for all 0 < x ≤ a − ε in the end, a the lower "
                "edge."
            ),
            exact(
                "θ((1 + θ)(1 + γ/θ) − λ) = θ² + (1 + γ − λ)θ + γ",
                theta * (LOCATION - z),
                theta**2 + (1 + gamma - z) * theta + gamma,
            ),
            argument(
                "As a quadratic in θ its roots have the product γ: of those that give λ, θ > √γ is the larger one."
            ),
        ),
    )


def spike(strength: Number, aspect: Number) -> tuple[Fraction, Fraction]:
    """Return θ and γ as rationals; ``ValueError`` unless θ > −1 and γ > 0, both finite."""
    for value, name in ((strength, "strength θ"), (aspect, "aspect ratio γ")):
        if not isfinite(value):
            raise ValueError(f"{name} must be finite, not {value!r}")
    known = exactly.rational(strength, "strength θ"), exactly.rational(aspect, "aspect ratio γ")
    if known[0] <= -1:
        raise ValueError(f"strength θ must be above −1 (1 + θ is a variance), not {strength!r}")
    if known[1] <= 0:
        raise ValueError(f"aspect ratio γ = d/n must be positive, not {aspect!r}")
    return known


def outlying(strength: Number, aspect: Number, formula: Expr) -> Fraction:
    """Return a formula in θ and γ at an outlier; ``ValueError`` unless θ² > γ."""
    known = spike(strength, aspect)
    if known[0] ** 2 <= known[1]:
        raise ValueError(f"an outlier needs |θ| > √γ, not θ = {strength!r} at γ = {aspect!r}")
    return exactly.evaluate(formula, dict(zip((theta, gamma), known, strict=True)))


def location(strength: Number, aspect: Number) -> Fraction | arb:
    """Return the limit of the top eigenvalue of S, for θ > −1 and γ > 0, both finite; ``ValueError`` otherwise.

    Source: Baik, Ben Arous, Péché, doi:10.1214/009117905000000233; Baik, Silverstein, doi:10.1016/j.jmva.2005.08.003.
    Worked value: θ = 2, γ = 1 gives 9/2; θ = 1/2, γ = 1 gives the edge 4.
    """
    known_strength, known_aspect = spike(strength, aspect)
    if known_strength > 0 and known_strength**2 > known_aspect:
        return outlying(strength, aspect, LOCATION)
    return (1 + exactly.root(known_aspect)) ** 2


def bottom_location(strength: Number, aspect: Number) -> Fraction | arb:
    """Return the limit of the smallest eigenvalue of S, for θ > −1 and 0 < γ < 1; ``ValueError`` otherwise.

    Source as ``location``. Worked value: θ = −4/5, γ = 1/4 gives 11/80; θ = 0, γ = 1/4 gives the edge 1/4.
    """
    known_strength, known_aspect = spike(strength, aspect)
    if known_aspect >= 1:
        raise ValueError(f"the smallest eigenvalue is away from 0 for γ < 1 only, not for γ = {aspect!r}")
    if known_strength < 0 and known_strength**2 > known_aspect:
        return outlying(strength, aspect, LOCATION)
    return (1 - exactly.root(known_aspect)) ** 2


def strength_at(location: Number, aspect: Number) -> arb:
    """Return the strength θ > √γ of the spike whose outlier tends to ``location``, the inverse of ``location``.

    Errors: ``ValueError`` if γ ≤ 0 or not finite, and for a location not above the edge (1 + √γ)², where no spike can
    be told. Worked value: 9/2 at γ = 1 gives 2.
    """
    known, ratio = exactly.rational(location, "location"), spike(0, aspect)[1]
    centred = known - 1 - ratio
    if centred <= 0 or centred**2 <= 4 * ratio:
        raise ValueError(f"location must be above the edge (1 + √γ)² of the bulk, not {location!r} at γ = {aspect!r}")
    return (exactly.enclosed(centred) + exactly.root(centred**2 - 4 * ratio)) / 2
