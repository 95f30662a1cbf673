r"""The softmax head in a long prompt: its infinite-prompt limit for every coupling, and the 1/L term where b < 1/√2."""

from fractions import Fraction

from flint import arb, ctx
from sympy import Expr, Integer, Poly, symbols

from .. import exact as exactly
from ..derivation import Derivation, argument, definition, exact
from ..exact import Number
from .objective import RISK, a, b, t
from .reduction import RISK as REDUCED
from .reduction import F, G, W, rho

kappa, sigma, g = symbols("κ σ g", real=True)

LIMIT: dict[Expr, Expr] = {F: 2 * b - b**2, G: Integer(0), W: Integer(0)}
"""What F, G and W tend to as L → ∞, at any coupling b = βb."""

TERMS: dict[Expr, Expr] = {F: -(kappa + b * (2 - b) * kappa**3), G: kappa, W: Integer(0)}
"""L times the difference to the limit for a fresh query, as L → ∞, b < 1/√2."""

TERM: Expr = kappa * t + b * (2 - b) * kappa**3 * rho
r"""$\lim L (R_L - R)$, with $\kappa = (1 - 2b^2)^{-1/2}$."""

_BITS = 64


def limit_derivation() -> Derivation:
    """Derive the limits of F, G and W for every coupling and both queries."""
    return Derivation(
        result="F → 2c − c², G → 0, W → 0 as L → ∞ for every c = βb ≥ 0, and R_L → t − ρ(2c − c²)",
        steps=(
            definition(
                "c = βb, σ = cg; u_k = exp(σz_k − σ²/2), U = (1/L) Σ u_k, w_k = u_k/(LU), M = Σ w_k z_k; fresh query "
                "first; x is the b of the formulas."
            ),
            argument(
                "Given g: E u = 1, E zu = σ and E u² = e^{σ²} < ∞, so U → 1 and M → σ almost surely (law of large "
                "numbers) and Σ w_k² = (1/L)(mean of u²)/U² → 0, at most 1. So G → 0 by dominated convergence."
            ),
            argument(
                "M² ≤ Σ w_k z_k² =: Z. Where L ≤ e^{4σ²}: E[Z | g] ≤ E max z² ≤ 2 log 2L + 2 ≤ 8σ² + 4. Where L > "
                "e^{4σ²}: P(U < ½ | g) ≤ p = exp(−Le^{−σ²}/8) ≤ exp(−L^{3/4}/8) by A1.2.softmax, and so E[Z | g] ≤ 2E"
                " z²u + E[max z²; U < ½] ≤ 2(1 + σ²) + p(1 + 2 log(2L/p)), which is at most C(1 + σ²) with C free of "
                "L and g. The same steps with z⁴ in place of z² bound E[M⁴ | g] by C(1 + σ⁴)."
            ),
            argument(
                "So M² is uniformly integrable given g, E[(M − σ)² | g] → 0, and as E C(1 + σ²) is finite for "
                "Gaussian g, E(M − σ)² → 0 by dominated convergence: F = E[2gM − M²] → E[2gσ − σ²], for every c: no "
                "bound on c enters."
            ),
            exact(
                "E[2gσ − σ²] at σ = bg is 2b − b²",
                _normal_mean((2 * g * sigma - sigma**2).subs(sigma, b * g)),
                LIMIT[F],
            ),
            argument(
                "Self query: key 1 has z_1 = g and the other L − 1 keys are as before. L w_1 = e^{cg² − c²g²/2}/U "
                "with U ≥ (1/L) Σ_{k>1} u_k → 1, so w_1 → 0, W → 0 and G → 0; M is a mean of the same M of L − 1 "
                "fresh keys and of g with the weight w_1 ∈ [0, 1], which tends to 0: the limits are the same."
            ),
            exact(
                "at the limits of F, G, W the reduced risk is t − 2a + ab, a = ρb",
                REDUCED.subs(LIMIT),
                RISK.subs(a, rho * b),
            ),
        ),
    )


def derivation() -> Derivation:
    """Derive the 1/L term for a fresh query, b < 1/√2, β = 1."""
    y, z, m = symbols("y z m", real=True)  # m = e^{σ²}
    log_u = sigma * z - sigma**2 / 2
    given = {F: -m * (1 + sigma**2 + 2 * (1 - b) * g * sigma), G: m}
    centred = -(sigma * m)  # L E[M − σ | g]
    return Derivation(
        result="L(R_L − R) → κt + b(2 − b)κ³ρ as L → ∞ for b < 1/√2, κ = (1 − 2b²)^{−1/2}, fresh query",
        steps=(
            definition(
                "σ = bg; u = exp(σz − σ²/2), U = (1/L) Σ u_k, N = (1/L) Σ (z_k − σ)u_k, M − σ = N/U, m = e^{σ²}; "
                "κ = (1 − 2b²)^{−1/2}."
            ),
            exact("2 log u − z²/2 = σ² − (z − 2σ)²/2", 2 * log_u - z**2 / 2, sigma**2 - (z - 2 * sigma) ** 2 / 2),
            argument(
                "So u² tilts N(0, 1) to N(2σ, 1), with the mass m: E u² = m, E (z − σ)u² = m E(z' + σ) and "
                "E (z − σ)²u² = m E (z' + σ)² for a standard normal z'; u tilts it to N(σ, 1): E u = 1, E (z − σ)u = 0."
            ),
            exact("E (z + σ) = σ", _normal_mean(z + sigma, z), sigma),
            exact("E (z + σ)² = 1 + σ²", _normal_mean((z + sigma) ** 2, z), 1 + sigma**2),
            argument(
                "Given g, as L → ∞: L Σ w² = (mean of u²)/U² → m; L E(N/U)² → L E N² = m(1 + σ²); and E N = 0 gives "
                "L E[N/U] = −L E[N(U − 1)/U] → −L Cov(N, U) = −E (z − σ)u² = −σm. Averages and U → 1 converge in mean "
                "square by the law of large numbers, the part where U < ½ vanishes exponentially by A1.2.softmax."
            ),
            exact(
                "(M − σ)² − 2(1 − b)g(M − σ) = (2gσ − σ²) − (2gM − M²) at M = σ + y, σ = bg",
                (y**2 - 2 * (1 - b) * g * y).subs(sigma, b * g),
                ((2 * g * sigma - sigma**2) - (2 * g * (sigma + y) - (sigma + y) ** 2)).subs(sigma, b * g),
            ),
            exact(
                "so L(F − F_∞) given g tends to −m(1 + σ²) + 2(1 − b)g(−σm)",
                -m * (1 + sigma**2) + 2 * (1 - b) * g * centred,
                given[F],
            ),
            argument(
                "A1.2.softmax bounds L E[Σ w² | g], L E[(M − σ)² | g] and L |g E[M − σ | g]| by K(1 + g⁴)e^{σ²} with "
                "K free of L and g. As E (1 + g⁴)e^{b²g²} < ∞ iff b < 1/√2, the limits may be averaged over g "
                "(dominated convergence)."
            ),
            exact("κ² (1 − 2b²) = 1 at b² = (1 − κ^{−2})/2", kappa**2 * (1 - 2 * _square_of_b()), 1),
            exact("d κ/d(b²) = κ³, as κ = (1 − 2b²)^{−1/2}", 1 / _square_of_b().diff(kappa), kappa**3),
            argument("E e^{yg²} = (1 − 2y)^{−1/2} = κ at y = b², and E g² e^{yg²} is its derivative in y."),
            exact("E m = κ", _tilted(given[G] / m), TERMS[G]),
            exact("E m(1 + σ² + 2(1 − b)gσ) = κ + b(2 − b)κ³", -_tilted((given[F] / m).subs(sigma, b * g)), -TERMS[F]),
            exact(
                "t G − ρ(F + G) at these terms is κt + b(2 − b)κ³ρ", t * TERMS[G] - rho * (TERMS[F] + TERMS[G]), TERM
            ),
        ),
    )


def _square_of_b() -> Expr:
    return (1 - kappa**-2) / 2


def _normal_mean(polynomial: Expr, variable: Expr = g) -> Expr:
    """Return the mean of a polynomial of degree ≤ 2 in a standard normal."""
    return polynomial.expand().subs({variable**2: 1}).subs(variable, 0)


def _tilted(polynomial: Expr) -> Expr:
    """Return E p(g) e^{b²g²} of an even polynomial of degree ≤ 2."""
    moments = {0: kappa, 2: 1 / _square_of_b().diff(kappa)}
    return sum(factor * moments[power] for (power,), factor in Poly(polynomial, g).terms())


def kappa_of(coupling: Number) -> arb:
    r"""Return an enclosure of $\kappa = (1 - 2b^2)^{-1/2}$; ``ValueError`` unless 0 ≤ b < 1/√2.

    Worked value: b = 1/2 gives √2.
    """
    strength = exactly.rational(coupling, "coupling b")
    if strength < 0 or 2 * strength**2 >= 1:
        raise ValueError(f"the 1/L term needs 0 ≤ b < 1/√2, not b = {coupling}")
    with ctx.workprec(_BITS):
        return exactly.enclosed(1 - 2 * strength**2).rsqrt()


def correction(trace: Number, ratio: Number, coupling: Number) -> arb:
    r"""Return $\lim L(R_L - R)$, softmax head, β = 1, fresh query, by evaluating ``TERM``.

    ``trace``: t > 0; ``ratio``: ρ in (0, t]; ``coupling``: b in (0, 1/√2); ``ValueError`` otherwise. Source: derived
    here. Worked value: t = 3, ρ = 1, b = 1/2 gives 3√2 + (3/4)·2√2 = 6.36….
    """
    strength = exactly.rational(coupling, "coupling b")
    total, share = exactly.rational(trace, "trace t"), exactly.rational(ratio, "ratio ρ")
    if not 0 < share <= total:
        raise ValueError(f"ρ = a/b must be in (0, t], not {ratio} with t = {trace}")
    letters = {t: total, rho: share, b: strength}
    return exactly.enclose(TERM, {**{s: exactly.enclosed(x) for s, x in letters.items()}, kappa: kappa_of(coupling)})


def limit_of(coupling: Number) -> dict[str, Fraction]:
    """Return the limits of F, G, W at βb ≥ 0; ``ValueError`` otherwise. Worked value: βb = 1 gives F = 1."""
    strength = exactly.rational(coupling, "coupling βb")
    if strength < 0:
        raise ValueError(f"coupling must not be negative, not {coupling}")
    return {part.name: exactly.evaluate(value, {b: strength}) for part, value in LIMIT.items()}
