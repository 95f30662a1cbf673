r"""The softmax head in a long prompt: its infinite-prompt limit for every coupling, and the 1/L term where b < 1/√2."""

from fractions import Fraction

from flint import arb, ctx
from sympy import Expr, Integer, Poly, symbols

from .. import exact as exactly
from ..derivation import Derivation, Step, argument, definition, exact
from ..exact import Number
from .objective import RISK, a, b, t
from .reduction import RISK as REDUCED
from .reduction import F, G, W, rho

kappa, nu, sigma, g = symbols("κ ν σ g", real=True)

LIMIT: dict[Expr, Expr] = {F: 2 * b - b**2, G: Integer(0), W: Integer(0)}
"""What F, G and W tend to as L → ∞, at any coupling b = βb."""

_FRESH: dict[Expr, Expr] = {F: -(kappa + b * (2 - b) * kappa**3), G: kappa, W: Integer(0)}

TERMS: dict[str, dict[Expr, Expr]] = {"fresh": _FRESH, "self": {F: _FRESH[F] + 2 * nu, G: kappa, W: nu}}
r"""L times the difference to the limit as L → ∞, b < 1/√2, with $\nu = 1/(1 - b)$."""

TERM: Expr = kappa * t + b * (2 - b) * kappa**3 * rho
r"""$\lim L (R_L - R)$ for a fresh query, with $\kappa = (1 - 2b^2)^{-1/2}$."""

_OWN: Expr = b - b**2 / 2
_NU: dict[Expr, Expr] = {nu: 1 / (1 - b)}
_BITS = 64


def limit_derivation() -> Derivation:
    """Derive the limits of F, G and W for every coupling and both queries, and their 1/L terms where b < 1/√2."""
    return Derivation(
        result="F → 2c − c², G → 0, W → 0 as L → ∞ for every c = βb ≥ 0, and R_L → t − ρ(2c − c²); where c < 1/√2, "
        "L G → κ, L W → ν for a self query, L(F − 2c + c²) → −κ − c(2 − c)κ³, and 2ν more for a self query",
        steps=(*_limits(), *_fresh_terms(), *_self_terms()),
    )


def every_derivation() -> Derivation:
    """Derive the limits of F, G and W alone, which hold for every coupling and both queries."""
    return Derivation(
        result="F → 2c − c², G → 0, W → 0 as L → ∞ for every c = βb ≥ 0, and R_L → t − ρ(2c − c²)", steps=_limits()
    )


def derivation() -> Derivation:
    """Derive the 1/L term for a fresh query, b < 1/√2, β = 1."""
    terms = TERMS["fresh"]
    return Derivation(
        result="L(R_L − R) → κt + b(2 − b)κ³ρ as L → ∞ for b < 1/√2, κ = (1 − 2b²)^{−1/2}, fresh query",
        steps=(
            definition("R_L = t(1 + G) − ρ(F + G), A4.1, whose limit is R at β = 1; κ = (1 − 2b²)^{−1/2}."),
            *_fresh_terms(),
            exact(
                "t G − ρ(F + G) at these terms is κt + b(2 − b)κ³ρ", t * terms[G] - rho * (terms[F] + terms[G]), TERM
            ),
        ),
    )


def _limits() -> tuple[Step, ...]:
    return (
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
    )


def _fresh_terms() -> tuple[Step, ...]:
    y, z, m = symbols("y z m", real=True)  # m = e^{σ²}
    log_u = sigma * z - sigma**2 / 2
    given = {F: -m * (1 + sigma**2 + 2 * (1 - b) * g * sigma), G: m}
    centred = -(sigma * m)  # L E[M − σ | g]
    return (
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
        exact("E m = κ", _tilted(given[G] / m), _FRESH[G]),
        exact("E m(1 + σ² + 2(1 − b)gσ) = κ + b(2 − b)κ³", -_tilted((given[F] / m).subs(sigma, b * g)), -_FRESH[F]),
    )


def _self_terms() -> tuple[Step, ...]:
    X, rate = symbols("X y", real=True)
    own = g - b * g  # g − σ
    return (
        definition(
            "Self query: z_1 = g; M′ and U′ are M and U of the L − 1 other keys, so M − σ = (1 − w_1)(M′ − σ) + "
            "w_1(g − σ); X = e^{yg²}, y = b − b²/2; ν = 1/(1 − b)."
        ),
        exact("b g² − (bg)²/2 = y g² at y = b − b²/2", b * g**2 - (b * g) ** 2 / 2, (rate * g**2).subs(rate, _OWN)),
        argument(
            "L w_1 = X/(U′(L − 1)/L + X/L) → X almost surely given g, and L w_1 ≤ 4X where U′ ≥ ½. So w_1 → 0, "
            "L w_1² → 0, L w_1(M′ − σ) → 0, and by the limits of a fresh query L Σ w² → m, L E(M − σ)² → m(1 + σ²) and "
            "L E[M − σ] → −σm + X(g − σ), given g."
        ),
        argument(
            "Bounds free of L: where U′ ≥ ½, L w_1² ≤ L w_1 ≤ 4X, and E|M′ − σ| is at most C(1 + |σ|) as above; what "
            "U′ < ½ gives is bounded as for a fresh query. X is integrable with every power of g, as b < 1 makes y < "
            "½: the limits may be averaged over g."
        ),
        exact("ν²(1 − 2y) = 1 at y = b − b²/2, ν = 1/(1 − b)", (nu**2 * (1 - 2 * _OWN)).subs(_NU), 1),
        argument("So E X = (1 − 2y)^{−1/2} = ν, which is the limit of L W, and E g² X = ν³, as κ³ is for y = b²."),
        exact(
            "2(1 − b)g · X(g − σ) at σ = bg is 2(1 − b)² g² X",
            2 * (1 - b) * g * X * own,
            2 * (1 - b) ** 2 * g**2 * X,
        ),
        exact(
            "E 2(1 − b)² g² X = 2ν, which F has more than for a fresh query",
            _tilted(2 * (1 - b) ** 2 * g**2, nu).subs(_NU),
            (TERMS["self"][F] - TERMS["fresh"][F]).subs(_NU),
        ),
    )


def _square_of_b() -> Expr:
    return (1 - kappa**-2) / 2


def _normal_mean(polynomial: Expr, variable: Expr = g) -> Expr:
    """Return the mean of a polynomial of degree ≤ 2 in a standard normal."""
    return polynomial.expand().subs({variable**2: 1}).subs(variable, 0)


def _tilted(polynomial: Expr, mean: Expr = kappa) -> Expr:
    """Return E p(g) e^{yg²} of an even polynomial of degree ≤ 2, where E e^{yg²} is ``mean``; y = b² for κ."""
    moments = {0: mean, 2: (1 / _square_of_b().diff(kappa)).subs(kappa, mean)}
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
    if strength <= 0:  # there is no ρ = a/b
        raise ValueError(f"the 1/L term of the risk needs 0 < b < 1/√2, not b = {coupling}")
    letters = {t: total, rho: share, b: strength}
    return exactly.enclose(TERM, {**{s: exactly.enclosed(x) for s, x in letters.items()}, kappa: kappa_of(coupling)})


def limit_of(coupling: Number) -> dict[str, Fraction]:
    """Return the limits of F, G, W at βb ≥ 0; ``ValueError`` otherwise. Worked value: βb = 1 gives F = 1."""
    strength = exactly.rational(coupling, "coupling βb")
    if strength < 0:
        raise ValueError(f"coupling must not be negative, not {coupling}")
    return {part.name: exactly.evaluate(value, {b: strength}) for part, value in LIMIT.items()}


def term_of(part: str, query: str, coupling: Number) -> arb:
    r"""Return the limit of L times "F", "G" or "W" less its own limit, by evaluating ``TERMS``.

    ``query``: "fresh" or "self"; ``coupling``: 0 ≤ βb < 1/√2; ``ValueError`` otherwise. Source: derived here.
    Worked value: W of a self query at βb = 1/2 gives 2.
    """
    letters = {letter.name: letter for letter in LIMIT}
    if query not in TERMS or part not in letters:
        raise ValueError(f"part must be F, G or W and query fresh or self, not {part!r} and {query!r}")
    strength = exactly.rational(coupling, "coupling b")
    values = {kappa: kappa_of(strength), b: exactly.enclosed(strength), nu: exactly.enclosed(1 / (1 - strength))}
    return exactly.enclose(TERMS[query][letters[part]], values)
