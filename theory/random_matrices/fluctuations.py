r"""One spike beyond its limits: fluctuations of the outlier and of its overlap, and their bias of the order 1/n.

With $h = 1/\sqrt n$ the random function of the outlier equation is $g_n(x) = g(x) + h\,G(x) + h^2 M(x) + \dots$, G
Gaussian and centred; everything is read off from $g_n(\lambda) = 1/(1 + \theta)$, expanded in h.
"""

from fractions import Fraction

from sympy import QQ, Expr, Symbol, diff, symbols

from ..derivation import Derivation, Step, argument, definition, exact
from ..exact import Number
from ..isserlis import expectation
from ..words import matrix, scalar, vector
from .spiked import INVERSE, LOCATION, SPIKE, gamma, outlying, s, theta

RHO, SLOPE, BEND, THIRD = symbols("ρ g' g'' g'''", real=True)  # ρ, and the derivatives of g there
G, G_SLOPE, M = symbols("G G' M", real=True)  # the fluctuation at ρ, its derivative, the mean
x, y = symbols("x y", real=True)


def reduced(function: Expr) -> Expr:
    """Return a rational function as a quotient of polynomials without common factor."""
    field = QQ.frac_field(*sorted(function.free_symbols, key=str))
    return field.to_sympy(field.from_sympy(function))


def derivative(function: Expr) -> Expr:
    """Differentiate a function of s with respect to z."""
    return reduced(diff(function, s) / diff(INVERSE, s))


_OF_S = [-s]
for _ in range(3):
    _OF_S.append(derivative(_OF_S[-1]))
AT_SPIKE = dict(zip((SLOPE, BEND, THIRD), (reduced(f.subs(s, SPIKE)) for f in _OF_S[1:]), strict=True))
"""The derivatives of g = −s(z) at the outlier, as functions of θ and γ."""

# Taylor polynomials at ρ: beyond the third order nothing enters.
_TAYLOR = SLOPE * x + BEND * x**2 / 2 + THIRD * x**3 / 6
COVARIANCE: Expr = reduced(-2 * (_TAYLOR - _TAYLOR.subs(x, y)) / (x - y))
"""n Cov(G(ρ + x), G(ρ + y)), to second order."""
MOMENTS = {
    G**2: COVARIANCE.subs({x: 0, y: 0}),
    G * G_SLOPE: diff(COVARIANCE, y).subs({x: 0, y: 0}),
    G_SLOPE**2: diff(COVARIANCE, x, y).subs({x: 0, y: 0}),
}

_z_of = INVERSE
FIRST: Expr = -(derivative(_z_of * s) + s) / (2 * _z_of * s + _z_of + 1 - gamma)
"""s_1 in s_n = s + s_1/n, as a function of s."""
MEAN: Expr = reduced(-FIRST.subs(s, SPIKE))
"""M(ρ) as a function of θ and γ."""

SHIFT: Expr = -G / SLOPE
"""The first order of λ − ρ."""
SECOND_SHIFT: Expr = -(M + G_SLOPE * SHIFT + BEND * SHIFT**2 / 2) / SLOPE
"""The second order of λ − ρ."""
LIMIT_OVERLAP: Expr = -1 / (RHO * (1 + theta) * SLOPE)
OVERLAP_SHIFT: Expr = -LIMIT_OVERLAP * (SHIFT / RHO + (G_SLOPE + BEND * SHIFT) / SLOPE)
"""The first order of the overlap."""


def _expected(quadratic: Expr) -> Expr:
    """Replace products of G and G' by their covariances."""
    return quadratic.expand().subs(MOMENTS)


def at_spike(formula: Expr) -> Expr:
    """Return a formula in ρ and the derivatives of g as a function of θ and γ."""
    return reduced(formula.subs({RHO: LOCATION, M: MEAN, **AT_SPIKE}))


VARIANCE: Expr = at_spike(_expected(SHIFT**2))
COVARIANCE_WITH_OVERLAP: Expr = at_spike(_expected(SHIFT * OVERLAP_SHIFT))
OVERLAP_VARIANCE: Expr = at_spike(_expected(OVERLAP_SHIFT**2))
LOCATION_BIAS: Expr = at_spike(_expected(SECOND_SHIFT))


def _process() -> tuple[Step, ...]:
    """Return the steps that give the covariance of the fluctuations of the outlier equation."""
    A, B, C = (matrix(name, symmetric=True) for name in "ABC")
    noise = vector("z")
    w = Symbol("w", real=True)
    square = noise.adjoint() * A * noise * noise.adjoint() * B * noise
    pole = 1 / (x - w)
    return (
        definition(
            "g_n(x) = zᵀ(x − W)⁻¹z/n has g_n(λ) = 1/(1 + θ) (D2.1). With h = n^{−1/2}, g_n = g + hG + h²M + …: given "
            "W, the variance of z makes G; the mean of tr(x − W)⁻¹/n makes M, and its fluctuations, O(1/n), enter "
            "later."
        ),
        exact(
            "E zᵀAz zᵀBz = tr CA tr CB + 2 tr CACB for z ~ N(0, C)",
            expectation(square, C, noise),
            scalar(C * A) * scalar(C * B) + 2 * scalar(C * A * C * B),
        ),
        exact(
            "1/((x − w)(y − w)) = −(1/(x − w) − 1/(y − w))/(x − y)",
            pole * pole.subs(x, y),
            -(pole - pole.subs(x, y)) / (x - y),
        ),
        argument("So n Cov(G(x), G(y)) = 2 tr(x − W)⁻¹(y − W)⁻¹/n → −2(g(x) − g(y))/(x − y)."),
        exact(
            "−2(g(ρ + x) − g(ρ + y))/(x − y) = −2g' − g''(x + y) − g'''(x² + xy + y²)/3 for g = g'x + g''x²/2 + "
            "g'''x³/6",
            COVARIANCE,
            -2 * SLOPE - BEND * (x + y) - THIRD * (x**2 + x * y + y**2) / 3,
        ),
        argument("Hence at ρ: E G² = −2g', E GG' = −g'', E G'² = −g'''/3, with the derivatives of g at ρ."),
    )


def _slopes(order: int) -> tuple[Step, ...]:
    """Return the steps that check derivatives of g at ρ: those of zg² − (z + 1 − γ)g + 1 = 0 vanish."""
    g0, linear = 1 / (1 + theta), 2 * LOCATION / (1 + theta) - LOCATION - 1 + gamma
    values = AT_SPIKE
    total = (
        g0**2 - g0 + linear * values[SLOPE],
        2 * (2 * g0 - 1) * values[SLOPE] + 2 * LOCATION * values[SLOPE] ** 2 + linear * values[BEND],
        6 * values[SLOPE] ** 2
        + 3 * (2 * g0 - 1) * values[BEND]
        + 6 * LOCATION * values[SLOPE] * values[BEND]
        + linear * values[THIRD],
    )
    named = ("g' + …", "g'' + …", "g''' + …")
    return tuple(
        exact(f"the derivative {k + 1} of zg² − (z + 1 − γ)g + 1 at ρ, {named[k]}, is 0", total[k], 0)
        for k in range(order)
    )


def _first_order() -> Step:
    h, e = symbols("h e", real=True)
    return exact(
        "g'he + hG = 0 at e = −G/g', the first order of g_n(ρ + he) = 1/(1 + θ)",
        (SLOPE * h * e + h * G).subs(e, SHIFT),
        0,
    )


_INTEGRABLE = argument(
    "Moments of √n(λ − ρ) and of √n((u·v̂)² − limit) converge with their laws: √λ is a Lipschitz function of Gaussians "
    "with the constant √(max(1, 1 + θ)/n), and an outlier comes within a fixed distance of the bulk with exponentially "
    "small probability only, outside of which the overlap is smooth in g_n."
)


def variance_derivation() -> Derivation:
    """Derive the variance of the location of the outlier."""
    return Derivation(
        result="n Var λ → 2(1 + θ)²(1 − γ/θ²)",
        steps=(
            *_process(),
            _first_order(),
            *_slopes(1),
            exact(
                "E(G/g')² = −2/g' at ρ is 2(1 + θ)²(1 − γ/θ²)", VARIANCE, 2 * (1 + theta) ** 2 * (1 - gamma / theta**2)
            ),
            _INTEGRABLE,
        ),
    )


def joint_derivation() -> Derivation:
    """Derive the variance of the overlap and its covariance with the location."""
    h, e = symbols("h e", real=True)
    expanded = -1 / ((RHO + h * e) * (1 + theta) * (SLOPE + h * G_SLOPE + BEND * h * e))
    bracket = gamma**2 + gamma * theta**2 + 4 * gamma * theta + gamma + theta**2
    return Derivation(
        result="n Var (u·v̂)² → 2γ(1 + θ)²(γ² + γθ² + 4γθ + γ + θ²)/((γ + θ)⁴(θ² − γ)), "
        "n Cov(λ, (u·v̂)²) → 2γ(1 + θ)³/(θ(γ + θ)²)",
        steps=(
            *_process(),
            _first_order(),
            argument("(u·v̂)² = −1/(λ(1 + θ)g_n'(λ)) (D2.2), with λ = ρ + he and g_n'(λ) = g' + h(G' + g''e) + O(h²)."),
            exact(
                "d/dh of −1/((ρ + he)(1 + θ)(g' + h(G' + g''e))) at h = 0, e = −G/g', is "
                "−(e/ρ + (G' + g''e)/g') times −1/(ρ(1 + θ)g')",
                diff(expanded, h).subs(h, 0).subs(e, SHIFT),
                OVERLAP_SHIFT,
            ),
            *_slopes(3),
            exact(
                "its variance is 2γ(1 + θ)²(γ² + γθ² + 4γθ + γ + θ²)/((γ + θ)⁴(θ² − γ))",
                OVERLAP_VARIANCE,
                2 * gamma * (1 + theta) ** 2 * bracket / ((gamma + theta) ** 4 * (theta**2 - gamma)),
            ),
            exact(
                "its covariance with −G/g' is 2γ(1 + θ)³/(θ(γ + θ)²)",
                COVARIANCE_WITH_OVERLAP,
                2 * gamma * (1 + theta) ** 3 / (theta * (gamma + theta) ** 2),
            ),
            _INTEGRABLE,
        ),
    )


def bias_derivation() -> Derivation:
    """Derive the bias of the location, to the order 1/n."""
    h, e, f, eps, first = symbols("h e f ε s_1", real=True)
    z = Symbol("z", real=True)
    equation = SLOPE * (h * e + h**2 * f) + BEND * (h * e + h**2 * f) ** 2 / 2 + h * (G + G_SLOPE * (h * e)) + h**2 * M
    m, ratio, slope = symbols("m γ_n (zm)'", real=True)
    of_s = (z * s + 1 - ratio) / (ratio * z)  # m
    with_correction = (z * s**2 + (z + 1 - gamma + eps) * s + 1).subs(s, s + eps * first)
    zs_slope = derivative(_z_of * s)
    return Derivation(
        result="n(E λ − ρ) → −(1 + θ)/θ + γ(1 + θ)²/(θ(θ² − γ))",
        steps=(
            *_process(),
            argument(
                "At finite n the mean transform m of YYᵀ/n, Y with d − 1 rows, γ_n = (d − 1)/n, satisfies γ_n z m² + "
                "(z + γ_n − 1)m + 1 = −(zm)'/n up to O(n⁻²), off the real line (D1.1); at ρ, with the mean over the "
                "event that no eigenvalue comes within a fixed distance of ρ, by Cauchy's formula around the bulk."
            ),
            exact(
                "γ_n(γ_n z m² + (z + γ_n − 1)m + 1 + (zm)'/n) = zs² + (z + 1 − γ_n)s + 1 + γ_n(zm)'/n, γ_n z m = zs + "
                "1 − γ_n",
                ratio * ((ratio * z * m**2 + (z + ratio - 1) * m + 1).subs(m, of_s) + eps * slope),
                z * s**2 + (z + 1 - ratio) * s + 1 + eps * ratio * slope,
            ),
            argument(
                "As γ_n(zm)' = (zs)', s_n has zs_n² + (z + 1 − γ_n)s_n + 1 = −(zs_n)'/n, with γ_n = γ − 1/n; let s_n = "
                "s + s_1/n."
            ),
            exact(
                "d/dε of z(s + εs_1)² + (z + 1 − γ + ε)(s + εs_1) + 1 at ε = 0 is (2zs + z + 1 − γ)s_1 + s",
                diff(with_correction, eps).subs(eps, 0),
                (2 * z * s + z + 1 - gamma) * first + s,
            ),
            exact(
                "(2zs + z + 1 − γ)s_1 + s = −(zs)' with s_1 = −M at the outlier, s = −1/(1 + θ)",
                ((2 * _z_of * s + _z_of + 1 - gamma) * first + s + zs_slope).subs(s, SPIKE).subs(first, -MEAN),
                0,
            ),
            *(
                exact(
                    f"derivative {k} in h of g'(he + h²f) + g''(he + h²f)²/2 + h(G + G'he) + h²M, at h = 0, is 0 for "
                    "e = −G/g', f = −(M + G'e + g''e²/2)/g'",
                    diff(equation, h, k).subs(h, 0).subs({e: SHIFT, f: SECOND_SHIFT}),
                    0,
                )
                for k in (1, 2)
            ),
            exact("E f = −M/g'", _expected(SECOND_SHIFT), -M / SLOPE),
            *_slopes(2),
            exact(
                "−M/g' at ρ is −(1 + θ)/θ + γ(1 + θ)²/(θ(θ² − γ))",
                LOCATION_BIAS,
                -(1 + theta) / theta + gamma * (1 + theta) ** 2 / (theta * (theta**2 - gamma)),
            ),
            argument(
                "On that event λ − ρ = he + h²f + r with E|r| = O(h³), by Taylor's formula for the root of a smooth "
                "g_n whose fluctuations have moments of all orders; E e = 0, since E G = 0, and centred fluctuations "
                "of tr(x − W)⁻¹/n, of the order h², add 0 to E f. The rest has an exponentially small probability, and "
                "√λ, Lipschitz with the constant √(max(1, 1 + θ)/n), is square integrable."
            ),
        ),
    )


def variance(strength: Number, aspect: Number) -> Fraction:
    """Return the limit of n Var λ for the outlier λ of a spike θ > √γ, or −1 < θ < −√γ.

    Errors: ``ValueError`` if θ² ≤ γ, θ ≤ −1 or γ ≤ 0. Source: Bai, Yao, arXiv:0806.2503 (the central limit theorem).
    Worked value: θ = 2, γ = 2/5 gives 81/5.
    """
    return outlying(strength, aspect, VARIANCE)


def overlap_variance(strength: Number, aspect: Number) -> Fraction:
    """Return the limit of n Var (u·v̂)²; arguments and errors as ``variance``.

    Worked value: θ = 2, γ = 1 gives 4/3.
    """
    return outlying(strength, aspect, OVERLAP_VARIANCE)


def covariance(strength: Number, aspect: Number) -> Fraction:
    """Return the limit of n Cov(λ, (u·v̂)²) for the outlier of a spike θ > √γ.

    Errors: ``ValueError`` if θ ≤ √γ or γ ≤ 0. Worked value: θ = 2, γ = 1 gives 3.
    """
    return above(strength, aspect, COVARIANCE_WITH_OVERLAP)


def location_bias(strength: Number, aspect: Number) -> Fraction:
    """Return the limit of n(E λ − ρ) for the outlier λ of a spike θ > √γ.

    Errors: ``ValueError`` if θ ≤ √γ or γ ≤ 0. Worked value: θ = 2, γ = 1 gives −3/2 + 9/6 = 0.
    """
    return above(strength, aspect, LOCATION_BIAS)


def above(strength: Number, aspect: Number, formula: Expr) -> Fraction:
    """Return a formula in θ and γ at an outlier; ``ValueError`` unless θ > √γ."""
    if strength < 0:
        raise ValueError(f"this is known above the threshold √γ only, not at θ = {strength!r}")
    return outlying(strength, aspect, formula)
