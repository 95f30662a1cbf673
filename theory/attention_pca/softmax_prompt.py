r"""How far the softmax head in a prompt of L keys can be from the infinite prompt: an explicit bound.

Notation, beside $t, a, b$ and $\rho = a/b$ of ``objective``: $g = \mu\cdot q/\sqrt b$ and $z_k = \mu\cdot x_k/\sqrt b$
are independent standard normals, $\sigma = bg$, $w = \mathrm{softmax}(\sigma z)$, $M = \sum_k w_k z_k$,
$u_k = e^{\sigma z_k - \sigma^2/2}$, $U = \frac1L\sum_k u_k$, $N = \frac1L\sum_k (z_k - \sigma) u_k$, so that
$M - \sigma = N/U$; $\kappa = (1 - 2b^2)^{-1/2}$.
"""

from collections.abc import Iterable
from fractions import Fraction

from flint import acb, arb, ctx
from sympy import Expr, adjoint, symbols

from .. import exact as exactly
from ..derivation import Derivation, argument, exact
from ..exact import Number
from ..words import expectation, matrix, vector
from .objective import INVARIANTS, RISK, a, b, invariants, t

_BITS = 64  # of working precision: the bound needs a few digits, its radius is carried along
_CUT = 20  # the integrals over g are cut here and their tails bounded


def derivation() -> Derivation:
    r"""Derive $|R_L - R| \le$ ``bias_bound``, softmax head, fresh query, $0 < b < 1/\sqrt2$, for any d and L."""
    Sigma, mu, x, v = matrix("Σ", symmetric=True), vector("μ"), vector("x"), vector("v")
    remainder = x - Sigma * mu * adjoint(mu) * x / b
    g, M, sigma, z, s, second, rho, F, G = symbols("g M σ z s m_2 ρ F G", real=True)
    log_density = -(z**2) / 2
    log_u = sigma * z - sigma**2 / 2

    def mean(expression: Expr) -> Expr:
        return expectation(expression, Sigma, x).subs(INVARIANTS)

    def normal_mean(polynomial: Expr) -> Expr:  # of degree 2 in z ~ N(0, 1)
        return polynomial.expand().subs({z**2: 1, z: 0})

    return Derivation(
        result="|R_L − R| ≤ (t − ρ) G⁺ + ρ (V⁺ + 2|1 − b| C⁺), which is O(1/L) for fixed b",
        steps=(
            exact(
                "y = x − Σμ(μ·x)/b is uncorrelated with μ·x, so independent of it",
                mean(adjoint(mu) * x * adjoint(v) * remainder),
                0,
            ),
            exact("E‖y‖² = t − a/b", mean(adjoint(remainder) * remainder), t - a / b),
            argument(
                "Split query and keys so: q − T(q) = (Σμ/√b)(g − M) + (y_q − Σ_k w_k y_k). The y's are i.i.d., centred "
                "and independent of (g, z), which decide the weights, so the cross term vanishes; ‖Σμ/√b‖² = a/b = ρ. "
                "Hence R_L = ρ(1 − F) + (t − ρ)(1 + G), with F = E[2gM − M²] and G = E Σ_k w_k²."
            ),
            exact(
                "R = ρ(1 − F_∞) + (t − ρ) with F_∞ = E[2gσ − σ²] = 2b − b²",
                (rho * (1 - F) + (t - rho) * (1 + G)).subs({F: 2 * b - b**2, G: 0}),
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
            exact(
                "u times the normal density is the density of N(σ, 1): E u = 1 and E (z − σ)u = 0",
                log_u + log_density,
                log_density.subs(z, z - sigma),
            ),
            exact(
                "u² times the normal density is e^{σ²} times the density of N(2σ, 1): E u² = e^{σ²}",
                2 * log_u + log_density,
                sigma**2 + log_density.subs(z, z - 2 * sigma),
            ),
            exact(
                "E (z − σ)²u² = (1 + σ²) e^{σ²}; so E N² = (1 + σ²) e^{σ²}/L, since E (z − σ)u = 0 leaves the squares",
                normal_mean((z + 2 * sigma - sigma) ** 2),
                1 + sigma**2,
            ),
            argument(
                "e^{−su} ≤ 1 − su + s²u²/2 for u ≥ 0, E u = 1 and 1 + r ≤ e^r give "
                "P(U < 1/2) ≤ e^{sL/2} (E e^{−su})^L ≤ exp L(−s/2 + s² E u²/2) for every s > 0."
            ),
            exact(
                "at s = 1/(2 E u²) that is p = exp(−L/(8 E u²)) = exp(−L e^{−σ²}/8)",
                (-s / 2 + s**2 * second / 2).subs(s, 1 / (2 * second)),
                -1 / (8 * second),
            ),
            argument(
                "Where U ≥ 1/2: Σ w² ≤ 4 Σ u²/L² and (M − σ)² = N²/U² ≤ 4N². Where U < 1/2: Σ w² ≤ 1 and "
                "(M − σ)² ≤ 2 max z² + 2σ²."
            ),
            argument(
                "For an event A with P(A) ≤ p ≤ 1 and every c ≥ 0, E[max z²; A] ≤ c p + E(max z² − c)₊ "
                "≤ c p + L ∫_c^∞ P(z² > y) dy ≤ c p + 2L e^{−c/2}, as P(z² > y) ≤ e^{−y/2}; at c = 2 log(2L/p) this is "
                "p(1 + 2 log(2L/p)). With log(1/p) = L e^{−σ²}/8: "
                "E[(M − σ)²; U < 1/2] ≤ v = 2p(1 + σ² + 2 log 2L + L e^{−σ²}/4)."
            ),
            argument(
                "E N = 0, so E N/U = E[N(1 − U)/U]. |E[N(1 − U)/U; U ≥ 1/2]| ≤ 2 E|N||1 − U| ≤ 2 √(E N² Var U) "
                "≤ (2/L) e^{σ²} |σ| (1 + σ²/2), by Var U = (e^{σ²} − 1)/L, 1 − e^{−σ²} ≤ σ² and √(1 + σ²) ≤ 1 + σ²/2. "
                "|E[N(1 − U)/U; U < 1/2]| ≤ E[|M − σ|; U < 1/2] ≤ √(p v) ≤ (p + v)/2, since |1 − U| ≤ 1 there."
            ),
            exact(
                "κ² = 1/(1 − 2s) at s = b² has (κ²)′ = 2κ⁴, so κ′ = κ³, (κ³)′ = 3κ⁵: "
                "E e^{sg²} = κ gives E g² e^{sg²} = κ³ and E g⁴ e^{sg²} = 3κ⁵",
                (1 / (1 - 2 * s)).diff(s),
                2 / (1 - 2 * s) ** 2,
            ),
            argument(
                "Averaging over g, with |gσ| = b g²:  G ≤ G⁺ = 4κ/L + E p,  V ≤ V⁺ = 4(κ + b²κ³)/L + E v,  "
                "C ≤ C⁺ = (2/L)(bκ³ + (3/2) b³κ⁵) + E |g| (p + v)/2."
            ),
            argument(
                "With r = L e^{−σ²}/8: L p = 8 e^{σ²} r e^{−r} and L v = 16 e^{σ²} r e^{−r} (1 + 3σ² + 2 log 16r + 2r) "
                "are at most c (1 + σ²) e^{σ²} with c free of L and g, which is integrable against the density of g, "
                "also times |g|, as b < 1/√2; for each g both tend to 0. So E p, E v and E |g| (p + v) are o(1/L), by "
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
        p_mean, v_mean, cross_mean = _rare_event_means(B, L)
        G = 4 * kappa / L + p_mean
        V = 4 * (kappa + B**2 * kappa**3) / L + v_mean
        C = 2 * (B * kappa**3 + 3 * B**3 * kappa**5 / 2) / L + cross_mean
        return (T - rho) * G + rho * (V + 2 * abs(1 - B) * C)


def _rare_event_means(B: arb, L: arb) -> tuple[arb, arb, arb]:
    """Enclose upper bounds of E p, E v and E |g| (p + v)/2; the integrands are entire functions of g."""
    log_2L = (2 * L).log()

    def integrand(g: acb, power: int, with_p: int, with_v: int) -> acb:
        variance = (B * g) ** 2
        rate = L * (-variance).exp() / 8
        v = 2 * (1 + variance + 2 * log_2L + 2 * rate)
        return g**power * (with_p + with_v * v) * (-rate - g**2 / 2).exp()

    def mean(power: int, with_p: int, with_v: int) -> arb:
        half = acb.integral(lambda g, _: integrand(g, power, with_p, with_v), 0, _CUT).real
        return 2 * half / (2 * arb.pi()).sqrt() + tail

    # Beyond the cut p ≤ 1 and rate·p ≤ 1/e, so p + v ≤ c + 2B²g², and ∫ g^k φ ≤ (cut² + 2) φ(cut) for k ≤ 3.
    ceiling = 1 + 2 * (1 + 2 * log_2L) + 4 * (-arb(1)).exp() + 2 * B**2
    tail = 2 * ceiling * (_CUT**2 + 2) * (-(arb(_CUT) ** 2) / 2).exp() / (2 * arb.pi()).sqrt()
    return mean(0, 1, 0), mean(0, 0, 1), mean(1, 1, 1) / 2
