"""How far the softmax head in a prompt of L keys can be from the infinite prompt: an explicit bound."""

from collections.abc import Iterable
from fractions import Fraction

from flint import acb, arb, ctx
from sympy import Expr, adjoint, symbols

from .. import exact as exactly
from ..derivation import Derivation, argument, definition, exact
from ..exact import Number
from ..words import expectation, matrix, vector
from .objective import INVARIANTS, RISK, a, b, invariants, t

_BITS = 64  # of working precision: the bound needs a few digits, its radius is carried along
_CUT = 20  # the integrals over g are cut here and their tails bounded


def derivation() -> Derivation:
    r"""Derive $|R_L - R| \le$ ``bias_bound``, softmax head, fresh query, $0 < b < 1/\sqrt2$, for any d and L."""
    Sigma, mu, x, v = matrix("Σ", symmetric=True), vector("μ"), vector("x"), vector("v")
    remainder = x - Sigma * mu * adjoint(mu) * x / b
    g, M, sigma, z, eta, second, rho, F, y = symbols("g M σ z η m ρ F y", real=True)
    log_density = -(z**2) / 2
    log_u = sigma * z - sigma**2 / 2

    def mean(expression: Expr) -> Expr:
        return expectation(expression, Sigma, x).subs(INVARIANTS)

    def normal_mean(polynomial: Expr, variable: Expr) -> Expr:  # of degree 2 in a standard normal
        return polynomial.expand().subs({variable**2: 1, variable: 0})

    return Derivation(
        result="|R_L − R| ≤ (t − ρ) G⁺ + ρ (V⁺ + 2|1 − b| C⁺), which is O(1/L) for fixed b",
        steps=(
            definition(
                "g = μ·q/√b and z_k = μ·x_k/√b are independent standard normals; σ = bg, w = softmax(σz), "
                "M = Σ_k w_k z_k; u_k = exp(σz_k − σ²/2), U = (1/L) Σ_k u_k, N = (1/L) Σ_k (z_k − σ) u_k, so that "
                "M − σ = N/U; ρ = a/b, κ = (1 − 2b²)^{−1/2}."
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
            argument(
                "So R_L − R = (t − ρ) G + ρ (F_∞ − F) with |F_∞ − F| ≤ V + 2|1 − b| C, V = E(M − σ)², "
                "C = |E g(M − σ)|; t − ρ = E‖y‖² ≥ 0. It remains to bound G, V and C, first given g."
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
                "e^{−ηu} ≤ 1 − ηu + η²u²/2 for u ≥ 0, E u = 1 and 1 + r ≤ e^r give, with m = E u², "
                "P(U < 1/2) ≤ e^{ηL/2} (E e^{−ηu})^L ≤ exp L(−η/2 + η² m/2) for every η > 0."
            ),
            exact(
                "−η/2 + η² m/2 at η = 1/(2m) is −1/(8m)",
                (-eta / 2 + eta**2 * second / 2).subs(eta, 1 / (2 * second)),
                -1 / (8 * second),
            ),
            argument(
                "So P(U < 1/2) ≤ p = exp(−L e^{−σ²}/8). Where U ≥ 1/2: Σ w² ≤ 4 Σ u²/L² and (M − σ)² = N²/U² ≤ 4N². "
                "Where U < 1/2: Σ w² ≤ 1 and (M − σ)² ≤ 2 max z² + 2σ²."
            ),
            argument(
                "For an event A with P(A) ≤ p ≤ 1 and every c ≥ 0, E[max z²; A] ≤ c p + E(max z² − c)₊ "
                "≤ c p + L ∫_c^∞ P(z² > y) dy ≤ c p + 2L e^{−c/2}, as P(z² > y) ≤ e^{−y/2}; at c = 2 log(2L/p) this is "
                "p(1 + 2 log(2L/p)). With log(1/p) = L e^{−σ²}/8: "
                "E[(M − σ)²; U < 1/2] ≤ ω = 2p(1 + σ² + 2 log 2L + L e^{−σ²}/4)."
            ),
            argument(
                "E N = 0, so E N/U = E[N(1 − U)/U]. |E[N(1 − U)/U; U ≥ 1/2]| ≤ 2 E|N||1 − U| ≤ 2 √(E N² Var U) "
                "≤ (2/L) e^{σ²} |σ| (1 + σ²/2), by 1 − e^{−σ²} ≤ σ² and √(1 + σ²) ≤ 1 + σ²/2. "
                "|E[N(1 − U)/U; U < 1/2]| ≤ E[|M − σ|; U < 1/2] ≤ √(p ω) ≤ (p + ω)/2, since |1 − U| ≤ 1 there."
            ),
            exact("d/dy 1/(1 − 2y) = 2/(1 − 2y)²", (1 / (1 - 2 * y)).diff(y), 2 / (1 - 2 * y) ** 2),
            argument(
                "At y = b², κ² = 1/(1 − 2y), so κ′ = κ³ and (κ³)′ = 3κ⁵; E e^{yg²} = κ, and differentiating under the "
                "integral E g² e^{yg²} = κ³, E g⁴ e^{yg²} = 3κ⁵. Averaging over g, with |gσ| = b g²: "
                "G ≤ G⁺ = 4κ/L + E p,  V ≤ V⁺ = 4(κ + b²κ³)/L + E ω,  "
                "C ≤ C⁺ = (2/L)(bκ³ + (3/2) b³κ⁵) + E |g| (p + ω)/2."
            ),
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
        T, A, B = (arb(int(n.numerator)) / int(n.denominator) for n in (trace, square, coupling))
        L, rho = arb(length), A / B
        kappa = (1 - 2 * B**2).rsqrt()
        if not kappa.is_finite():
            raise ValueError(f"b = {float(coupling)} is too near to 1/√2 for {_BITS} bits")
        p_mean, omega_mean, cross_mean = _rare_event_means(B, L)
        G = 4 * kappa / L + p_mean
        V = 4 * (kappa + B**2 * kappa**3) / L + omega_mean
        C = 2 * (B * kappa**3 + 3 * B**3 * kappa**5 / 2) / L + cross_mean
        return (T - rho) * G + rho * (V + 2 * abs(1 - B) * C)


def _rare_event_means(B: arb, L: arb) -> tuple[arb, arb, arb]:
    """Enclose upper bounds of E p, E ω and E |g| (p + ω)/2; the integrands are entire functions of g."""
    log_2L = (2 * L).log()

    def integrand(g: acb, power: int, with_p: int, with_omega: int) -> acb:
        variance = (B * g) ** 2
        rate = L * (-variance).exp() / 8
        omega = 2 * (1 + variance + 2 * log_2L + 2 * rate)  # over p, as the factor below
        return g**power * (with_p + with_omega * omega) * (-rate - g**2 / 2).exp()

    def mean(power: int, with_p: int, with_omega: int) -> arb:
        half = acb.integral(lambda g, _: integrand(g, power, with_p, with_omega), 0, _CUT).real
        return 2 * half / (2 * arb.pi()).sqrt() + tail

    # Beyond the cut p ≤ 1 and rate·p ≤ 1/e, so p + ω ≤ c + 2B²g², and ∫ g^k φ ≤ (cut² + 2) φ(cut) for k ≤ 3.
    ceiling = 1 + 2 * (1 + 2 * log_2L) + 4 * (-arb(1)).exp() + 2 * B**2
    tail = 2 * ceiling * (_CUT**2 + 2) * (-(arb(_CUT) ** 2) / 2).exp() / (2 * arb.pi()).sqrt()
    return mean(0, 1, 0), mean(0, 0, 1), mean(1, 1, 1) / 2
