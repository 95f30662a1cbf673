"""How far the softmax head in a prompt of L keys can be from the infinite prompt: an explicit bound."""

from collections.abc import Callable, Iterable
from fractions import Fraction

from flint import acb, arb, ctx
from sympy import Expr, Integer, Poly, adjoint, symbols

from .. import exact as exactly
from ..derivation import Derivation, argument, definition, exact
from ..exact import Number
from ..isserlis import expectation
from ..words import matrix, vector
from .objective import INVARIANTS, RISK, a, b, invariants, t

G, V, C, rho, away = symbols("G⁺ V⁺ C⁺ ρ |1−b|", positive=True)
kappa, epsilon, L = symbols("κ ε L", positive=True)
g, m, s, p, ell, r = symbols("g m s p ℓ r", positive=True)  # m = e^{−σ²}, s = σ², ℓ = log 2L

EXCESS: Expr = (t - rho) * G + rho * (V + 2 * away * C)
"""The bound, from bounds of G = E Σ w², V = E(M − σ)² and C = |E g(M − σ)|."""

G_OFTEN: Expr = 4 * kappa * epsilon
V_OFTEN: Expr = 4 * (kappa + b**2 * kappa**3) * epsilon
C_OFTEN: Expr = (2 * b * kappa**3 + 3 * b**3 * kappa**5) * epsilon
"""Their parts where U ≥ 1/2; ε = 1/L."""

DEFINITIONS: tuple[Expr, ...] = (
    kappa**2 * (1 - 2 * b**2) - 1,
    epsilon * L - 1,
    rho * b - a,
    away**2 - (1 - b) ** 2,
)
"""Vanish, as κ = (1 − 2b²)^{−1/2}, ε = 1/L, ρ = a/b and |1 − b| are defined."""

RATE: Expr = L * m / 8
"""P(U < 1/2) ≤ p = e^{−RATE} given g."""

V_SELDOM: Expr = p * (2 + 4 * (ell + r) + 2 * s)
C_SELDOM: Expr = (p + V_SELDOM) / 2
"""The parts of V and C where U < 1/2, given g (of C over |g|), r = RATE; that of G is p."""

TAIL: Expr = g**2 + 2
"""E[|g|³; |g| > c] = 2 TAIL(c) φ(c) for a standard normal g with the density φ."""

_BITS = 64  # of working precision: the bound needs a few digits, its radius is carried along
_CUT = 20  # the integrals over g are cut here and their tails bounded


def derivation() -> Derivation:
    r"""Derive $|R_L - R| \le$ ``bias_bound``, softmax head, fresh query, $0 < b < 1/\sqrt2$, for any d and L."""
    Sigma, mu, x, v = matrix("Σ", symmetric=True), vector("μ"), vector("x"), vector("v")
    remainder = x - Sigma * mu * adjoint(mu) * x / b
    M, sigma, z, eta, F, P, x_1, x_2 = symbols("M σ z η F P x₁ x₂", real=True)
    y = (1 - kappa**-2) / 2  # κ = (1 − 2y)^{−1/2}
    log_density = -(z**2) / 2
    log_u = sigma * z - sigma**2 / 2

    def mean(expression: Expr) -> Expr:
        return expectation(expression, Sigma, x).subs(INVARIANTS)

    def normal_mean(polynomial: Expr, variable: Expr) -> Expr:  # of degree 2 in a standard normal
        return polynomial.expand().subs({variable**2: 1, variable: 0})

    def by_y(power_of_kappa: Expr) -> Expr:  # d/dy
        return power_of_kappa.diff(kappa) / y.diff(kappa)

    moments = {0: kappa, 2: by_y(kappa), 4: by_y(by_y(kappa))}  # E g^k e^{yg²}

    def tilted_mean(polynomial: Expr) -> Expr:  # E of a polynomial in g times e^{σ²}, σ = bg
        return sum(factor * moments[power] for (power,), factor in Poly(polynomial, g).terms())

    return Derivation(
        result="|R_L − R| ≤ (t − ρ) G⁺ + ρ (V⁺ + 2|1 − b| C⁺), which is O(1/L) for fixed b",
        steps=(
            definition(
                "g = μ·q/√b and z_k = μ·x_k/√b are independent standard normals; σ = bg, w = softmax(σz), "
                "M = Σ_k w_k z_k; u_k = exp(σz_k − σ²/2), U = (1/L) Σ_k u_k, N = (1/L) Σ_k (z_k − σ) u_k, so that "
                "M − σ = N/U; ρ = a/b, κ = (1 − 2b²)^{−1/2}, ε = 1/L, s = σ², m = e^{−σ²}, ℓ = log 2L."
            ),
            exact(
                "E (μ·x)(v·y) = 0 for y = x − Σμ(μ·x)/b and every v",
                mean(adjoint(mu) * x * adjoint(v) * remainder),
                0,
            ),
            exact("E‖y‖² = t − a/b", mean(adjoint(remainder) * remainder), t - a / b),
            argument(
                "So y is independent of μ·x. Split query and keys: q − T(q) = (Σμ/√b)(g − M) + (y_q − Σ_k w_k y_k). "
                "The y's are i.i.d., centred and independent of (g, z), which decide the weights, so the cross term "
                "vanishes; ‖Σμ/√b‖² = a/b = ρ. Hence R_L = ρ(1 − F) + (t − ρ)(1 + G), with F = E[2gM − M²] and "
                "G = E Σ_k w_k²."
            ),
            exact("F_∞ = E[2gσ − σ²] at σ = bg is 2b − b²", normal_mean(2 * g * b * g - (b * g) ** 2, g), 2 * b - b**2),
            exact(
                "ρ(1 − F_∞) + (t − ρ) at F_∞ = 2b − b² is R at a = ρb",
                (rho * (1 - F) + (t - rho)).subs(F, 2 * b - b**2),
                RISK.subs(a, rho * b),
            ),
            exact(
                "(2gσ − σ²) − (2gM − M²) = (M − σ)² − 2(1 − b) g (M − σ) at σ = bg",
                (2 * g * sigma - sigma**2 - 2 * g * M + M**2).subs(sigma, b * g),
                ((M - sigma) ** 2 - 2 * (1 - b) * g * (M - sigma)).subs(sigma, b * g),
            ),
            exact(
                "R_L − R at F = F_∞ − V⁺ − 2|1 − b| C⁺, G = G⁺ is (t − ρ) G⁺ + ρ (V⁺ + 2|1 − b| C⁺)",
                (rho * (1 - F) + (t - rho) * (1 + G) - RISK.subs(a, rho * b)).subs(F, 2 * b - b**2 - V - 2 * away * C),
                EXCESS,
            ),
            argument(
                "So |R_L − R| is at most that if G ≤ G⁺, V = E(M − σ)² ≤ V⁺ and C = |E g(M − σ)| ≤ C⁺, "
                "as t − ρ = E‖y‖² ≥ 0. It remains to bound G, V and C, first given g."
            ),
            exact("log u − z²/2 = −(z − σ)²/2", log_u + log_density, log_density.subs(z, z - sigma)),
            exact(
                "2 log u − z²/2 = σ² − (z − 2σ)²/2",
                2 * log_u + log_density,
                sigma**2 + log_density.subs(z, z - 2 * sigma),
            ),
            exact("E (z + σ)² = 1 + σ² for z ~ N(0, 1)", normal_mean((z + sigma) ** 2, z), 1 + sigma**2),
            argument(
                "So u and u² tilt the normal law to N(σ, 1) and, with mass e^{σ²}, to N(2σ, 1): E u = 1, "
                "E (z − σ)u = 0, E u² = e^{σ²}, E (z − σ)²u² = (1 + σ²) e^{σ²}. U and N are means of L independent "
                "terms: Var U = (e^{σ²} − 1)/L and E N² = (1 + σ²) e^{σ²}/L."
            ),
            argument(
                "e^{−ηu} ≤ 1 − ηu + η²u²/2 for u ≥ 0, E u = 1 and 1 + r ≤ e^r give, with E u² = e^{σ²} = 1/m, "
                "P(U < 1/2) ≤ e^{ηL/2} (E e^{−ηu})^L ≤ exp L(−η/2 + η²/2m) for every η > 0."
            ),
            exact(
                "L(−η/2 + η²/2m) at η = m/2 is −Lm/8",
                (L * (-eta / 2 + eta**2 / (2 * m))).subs(eta, m / 2),
                -RATE,
            ),
            argument(
                "So P(U < 1/2) ≤ p = e^{−r} with r = Lm/8. Where U ≥ 1/2: Σ w² ≤ 4 Σ u²/L² and "
                "(M − σ)² = N²/U² ≤ 4N². Where U < 1/2: Σ w² ≤ 1 and (M − σ)² ≤ 2 max z² + 2σ²."
            ),
            argument(
                "For an event A with P(A) ≤ p ≤ 1 and every c ≥ 0, E[max z²; A] ≤ c p + E(max z² − c)₊ "
                "≤ c p + L ∫_c^∞ P(z² > y) dy ≤ c p + 2L e^{−c/2}, as P(z² > y) ≤ e^{−y/2}; at c = 2 log(2L/p) this is "
                "P = p(1 + 2 log(2L/p)), with log(2L/p) = ℓ + r. So E[(M − σ)²; U < 1/2] ≤ ω = 2P + 2sp."
            ),
            exact(
                "ω = 2P + 2sp at P = p(1 + 2(ℓ + r)) is p(2 + 4(ℓ + r) + 2s)",
                (2 * P + 2 * s * p).subs(P, p * (1 + 2 * (ell + r))),
                V_SELDOM,
            ),
            argument(
                "E N = 0, so E N/U = E[N(1 − U)/U]. |E[N(1 − U)/U; U ≥ 1/2]| ≤ 2 E|N||1 − U| ≤ 2 √(E N² Var U) "
                "≤ (2/L) e^{σ²} |σ| (1 + σ²/2), by 1 − e^{−σ²} ≤ σ² and √(1 + σ²) ≤ 1 + σ²/2. "
                "|E[N(1 − U)/U; U < 1/2]| ≤ E[|M − σ|; U < 1/2] ≤ √(p ω) ≤ (p + ω)/2, since |1 − U| ≤ 1 there."
            ),
            exact(
                "((x₁ + x₂)/2)² − x₁x₂ = ((x₁ − x₂)/2)², at x₁ = p and x₂ = ω",
                (C_SELDOM**2 - x_1 * x_2).subs({x_1: p, x_2: V_SELDOM}),
                ((x_1 - x_2) ** 2 / 4).subs({x_1: p, x_2: V_SELDOM}),
            ),
            exact("κ²(1 − 2b²) = 1 at b² = y = (1 − κ^{−2})/2", DEFINITIONS[0].subs(b**2, y), 0),
            exact("dκ/dy = κ³", by_y(kappa), kappa**3),
            exact("d²κ/dy² = 3κ⁵", by_y(by_y(kappa)), 3 * kappa**5),
            argument(
                "E e^{yg²} = (1 − 2y)^{−1/2} = κ, and differentiating under the integral gives E g² e^{yg²} and "
                "E g⁴ e^{yg²}. The parts where U ≥ 1/2, averaged over g with |gσ| = b g²:"
            ),
            exact("E 4e^{σ²}/L = 4κε", tilted_mean(Integer(4)) * epsilon, G_OFTEN),
            exact("E 4(1 + σ²)e^{σ²}/L = 4(κ + b²κ³)ε", tilted_mean(4 * (1 + (b * g) ** 2)) * epsilon, V_OFTEN),
            exact(
                "E (2/L) |gσ| (1 + σ²/2) e^{σ²} = (2bκ³ + 3b³κ⁵)ε",
                tilted_mean(2 * b * g**2 * (1 + (b * g) ** 2 / 2)) * epsilon,
                C_OFTEN,
            ),
            exact("d/dg [−(g² + 2) φ] = g³ φ, as φ′ = −gφ", -TAIL.diff(g) + TAIL * g, g**3),
            argument(
                "With r = L e^{−σ²}/8: L p = 8 e^{σ²} r e^{−r} and L ω = 16 e^{σ²} r e^{−r} (1 + 3σ² + 2 log 16r + 2r) "
                "are at most K (1 + σ²) e^{σ²} with K free of L and g, which is integrable against the density of g, "
                "also times |g|, as b < 1/√2; for each g both tend to 0. So E p, E ω and E |g| (p + ω) are o(1/L), by "
                "dominated convergence, for fixed b."
            ),
        ),
    )


def bias_bound(spectrum: Iterable[Number], parameter: Iterable[Number], length: int) -> arb:
    r"""Return an enclosure of an upper bound of $|R_L(\mu) - R(\mu)|$, softmax head, β = 1, fresh query.

    ``spectrum``: the d eigenvalues of Σ, descending; ``parameter``: the d coordinates of μ along the eigenvectors;
    ``length``: L ≥ 1. ``ValueError`` otherwise, and unless $0 < b < 1/\sqrt 2$ by a margin. Source: derived here.
    Worked value: spectrum (2, 1), μ = (0, 1/2) and L = 2048 gives 0.006908….
    """
    return _bound(*invariants(spectrum, parameter), exactly.prompt_length(length))


def _bound(trace: Fraction, square: Fraction, coupling: Fraction, length: int) -> arb:
    if not 0 < coupling**2 < Fraction(1, 2):
        raise ValueError(f"the bound needs 0 < b = μ·Σμ < 1/√2, not b = {float(coupling):g}")
    with ctx.workprec(_BITS):
        T, A, B = (arb(int(number.numerator)) / int(number.denominator) for number in (trace, square, coupling))
        letters = {t: T, a: A, b: B, L: arb(length), epsilon: 1 / arb(length), rho: A / B, away: abs(1 - B)}
        letters[kappa] = (1 - (B * B + B * B)).rsqrt()
        if not letters[kappa].is_finite():
            raise ValueError(f"b = {float(coupling)} is too near to 1/√2 for {_BITS} bits")
        for zero in DEFINITIONS:
            _certify(exactly.enclose(zero, letters))
        seldom = _averages(B, arb(length))
        often = (exactly.enclose(part, letters) for part in (G_OFTEN, V_OFTEN, C_OFTEN))
        bounds = dict(zip((G, V, C), (x + y for x, y in zip(often, seldom, strict=True)), strict=True))
        return exactly.enclose(EXCESS, {**letters, **bounds})


def _averages(B: arb, length: arb) -> tuple[arb, arb, arb]:
    """Enclose upper bounds of E p, E V_SELDOM and E |g| C_SELDOM."""
    log_of_2L = (length + length).log()

    def seldom(part: Expr, gaussian: acb) -> acb:
        sigma = B * gaussian
        rate = exactly.enclose(RATE, {L: length, m: (-sigma * sigma).exp()})
        return exactly.enclose(part, {p: (-rate).exp(), s: sigma * sigma, ell: log_of_2L, r: rate})

    # Beyond the cut, |g| ≥ 1: p ≤ 1, rp ≤ 1 and σ² ≤ B²g², so p, V_SELDOM and C_SELDOM are at most ceiling × g².
    ceiling = 1 + exactly.enclose(V_SELDOM, {p: arb(1), s: B * B, ell: log_of_2L, r: arb(1)})
    tail = 2 * ceiling * exactly.enclose(TAIL, {g: arb(_CUT)}) * _density(acb(_CUT)).real
    _certify(_mean(lambda gaussian: acb(1)) + arb(0, tail) - 1)
    return (
        _mean(lambda gaussian: seldom(p, gaussian)) + tail,
        _mean(lambda gaussian: seldom(V_SELDOM, gaussian)) + tail,
        _mean(lambda gaussian: gaussian * seldom(C_SELDOM, gaussian)) + tail,
    )


def _certify(zero: arb) -> None:
    """Refuse to go on with a number that does not obey its definition."""
    if not zero.contains(0):
        raise ArithmeticError(f"{zero} has to contain 0")


def _density(gaussian: acb) -> acb:
    return (-gaussian * gaussian / 2).exp() / (2 * acb.pi()).sqrt()


def _mean(function: Callable[[acb], acb]) -> arb:
    """Enclose E f(|g|), |g| up to the cut, for an entire function f."""
    return 2 * acb.integral(lambda gaussian, _: function(gaussian) * _density(gaussian), 0, _CUT).real
