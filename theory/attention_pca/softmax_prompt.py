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
    r"""Derive $|R_L - R| \le$ ``bias_bound`` for the softmax head with a fresh query, $b < 1/\sqrt2$, any d, L."""
    Sigma, mu, x, v = matrix("Σ", symmetric=True), vector("μ"), vector("x"), vector("v")
    remainder = x - Sigma * mu * adjoint(mu) * x / b
    g, M, sigma, z, s, second, rho, F, G = symbols("g M σ z s m_2 ρ F G", real=True)

    def mean(expression: Expr) -> Expr:
        return expectation(expression, Sigma, x).subs(INVARIANTS)

    return Derivation(
        result="|R_L − R| ≤ (t − ρ) G⁺ + ρ (V⁺ + 2|1 − b| C⁺), every term O(1/L)",
        steps=(
            exact(
                "y = x − Σμ(μ·x)/b is uncorrelated with μ·x, so independent of it",
                mean(adjoint(mu) * x * adjoint(v) * remainder),
                0,
            ),
            exact("E‖y‖² = t − a/b", mean(adjoint(remainder) * remainder), t - a / b),
            argument(
                "Split query and keys so: q − T(q) = (Σμ/√b)(g − M) + (y_q − Σ_k w_k y_k), with weights that depend "
                "on g "
                "and z only. Hence R_L = ρ(1 − F) + (t − ρ)(1 + G), with F = E[2gM − M²], G = E Σ_k w_k², and "
                "R_L − R = (t − ρ) G + ρ (F_∞ − F), with F_∞ = E[2gσ − σ²]."
            ),
            exact(
                "R = ρ(1 − F_∞) + (t − ρ), as F_∞ = 2b − b²",
                (rho * (1 - F) + (t - rho) * (1 + G)).subs({F: 2 * b - b**2, G: 0}),
                RISK.subs(a, rho * b),
            ),
            exact(
                "(2gσ − σ²) − (2gM − M²) = (M − σ)² − 2(1 − b) g (M − σ) at σ = bg",
                (2 * g * sigma - sigma**2 - 2 * g * M + M**2).subs(sigma, b * g),
                ((M - sigma) ** 2 - 2 * (1 - b) * g * (M - sigma)).subs(sigma, b * g),
            ),
            exact(
                "the exponent of u² times the normal density is σ² − ½ (z − 2σ)²: E u² = e^{σ²}",
                2 * (sigma * z - sigma**2 / 2) - z**2 / 2,
                sigma**2 - (z - 2 * sigma) ** 2 / 2,
            ),
            exact(
                "E N² = e^{σ²}(1 + σ²)/L, for z − σ = (z − 2σ) + σ under that density",
                ((z - sigma) ** 2).subs(z, z + 2 * sigma).expand().subs({z**2: 1, z: 0}),
                1 + sigma**2,
            ),
            exact(
                "−s/2 + s² E u²/2 at s = 1/(2 E u²) is −1/(8 E u²)",
                (-s / 2 + s**2 * second / 2).subs(s, 1 / (2 * second)),
                -1 / (8 * second),
            ),
            argument(
                "E e^{−su} ≤ 1 − s + s² E u²/2 as u ≥ 0 and E u = 1; so by Chernoff "
                "P(U < 1/2) ≤ p = exp(−L e^{−σ²}/8). Where U ≥ 1/2, Σ w² ≤ 4 Σ u²/L² and N²/U² ≤ 4N²."
            ),
            argument(
                "Where U < 1/2: Σ w² ≤ 1, and (M − σ)² ≤ 2 max z² + 2σ². For any event, "
                "E[max z²; P] ≤ c P + L ∫_c^∞ 2Q(√y) dy ≤ c P + 2L e^{−c/2}, which at c = 2 log(2L/P) is P(1 + 2 "
                "log(2L/P)), "
                "increasing in P; so E[(M − σ)²; U < 1/2] ≤ v = 2p(1 + σ² + 2 log 2L + L e^{−σ²}/4)."
            ),
            argument(
                "E N = 0, so E N/U = E[N(1 − U)/U] given g. Where U ≥ 1/2 it is at most 2 √(E N² Var U) "
                "≤ (2/L) e^{σ²} |σ| (1 + σ²/2), by Var U = (e^{σ²} − 1)/L, 1 − e^{−σ²} ≤ σ² and √(1 + σ²) ≤ 1 + σ²/2; "
                "where U < 1/2 it is at most E[|M − σ|; U < 1/2] ≤ √(p v) ≤ (p + v)/2."
            ),
            exact(
                "with s = b², κ² = 1/(1 − 2s): (κ²)′ = 2κ⁴, so E e^{sg²} = κ gives E g² e^{sg²} = κ³ and E g⁴ "
                "e^{sg²} = 3κ⁵",
                (1 / (1 - 2 * s)).diff(s),
                2 / (1 - 2 * s) ** 2,
            ),
            argument(
                "Averaging over g:  G⁺ = 4κ/L + E p,  V⁺ = 4(κ + b²κ³)/L + E v,  "
                "C⁺ = (2/L)(bκ³ + (3/2) b³κ⁵) + E |g| (p + v)/2; as L → ∞, E p, E v → 0 by dominated convergence."
            ),
        ),
    )


def bias_bound(spectrum: Iterable[Number], parameter: Iterable[Number], length: int) -> arb:
    r"""Return an enclosure of an upper bound of $|R_L(\mu) - R(\mu)|$, softmax head, β = 1, fresh query.

    ``spectrum``: the d eigenvalues of Σ, descending; ``parameter``: the d coordinates of μ along the eigenvectors;
    ``length``: L ≥ 1. ``ValueError`` otherwise, and unless $0 < b < 1/\sqrt 2$. Source: derived here.
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
        p_mean, v_mean, cross_mean = _rare_event_means(B, L)
        G = 4 * kappa / L + p_mean
        V = 4 * (kappa + B**2 * kappa**3) / L + v_mean
        C = 2 * (B * kappa**3 + 3 * B**3 * kappa**5 / 2) / L + cross_mean
        return (T - rho) * G + rho * (V + 2 * abs(1 - B) * C)


def _rare_event_means(B: arb, L: arb) -> tuple[arb, arb, arb]:
    """Enclose E p, E v and E |g| (p + v)/2; the integrands are entire functions of g."""
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
