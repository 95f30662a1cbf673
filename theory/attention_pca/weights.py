r"""The finite-prompt risk of the softmax head by its weights alone: Stein's lemma, for every L and b."""

from collections.abc import Iterable
from fractions import Fraction

from flint import acb, arb
from sympy import Expr, Integer, Poly, adjoint, symbols

from .. import exact as exactly
from ..derivation import Derivation, Step, argument, definition, exact
from ..exact import Number
from ..words import scalar
from . import objective
from .objective import INVARIANTS, RISK, a, b, t

w, z, sigma, g, rho = symbols("w z σ g ρ", real=True)
Q, S3, M, N = symbols("Q S₃ M N", real=True)
"""Σ w², Σ w³, Σ wz and Σ w²z."""

_SUMS: dict[tuple[int, int], Expr] = {(1, 0): Integer(1), (2, 0): Q, (3, 0): S3, (1, 1): M, (2, 1): N}

MEAN: Expr = sigma * (1 - Q)
MEAN_SQUARE: Expr = Q + sigma**2 * (1 - Q - 6 * S3 + 6 * Q**2)
CENTRED_SQUARE: Expr = Q + sigma**2 * (Q - 6 * S3 + 6 * Q**2)
"""What has, given g, the expectations of M, of M² and of (M − σ)²."""

EXCESS: Expr = t * Q + rho * g**2 * ((2 * b - b**2) * Q - 6 * b**2 * (S3 - Q**2))
"""What has the expectation R_L − R."""

p = symbols("p", real=True)

TWO_KEYS: dict[Expr, Expr] = {Q: 1 - 2 * p, S3: 1 - 3 * p}
"""Q and S₃ at L = 2, where p = w (1 − w) = 1/(4 cosh²(σ(z₁ − z₂)/2))."""

v = symbols("v", real=True)

SQUARE: Expr = (4 + v**2) / 24
"""What p² has in place of p under the integral over the frequency v."""

_CUT = 40


def moved(function: Expr) -> Expr:
    """Return its derivative by the coordinate z of one key, whose weight is w; Q and M move with it.

    ``function``: of w, z, Q, M. Worked value: w gives σ w (1 − w).
    """
    return (
        function.diff(z)
        + function.diff(w) * sigma * w * (1 - w)
        + function.diff(Q) * 2 * sigma * w * (w - Q)
        + function.diff(M) * (w + sigma * w * (z - M))
    )


def summed(function: Expr) -> Expr:
    """Return the sum over the keys of a polynomial in w and z, by the names Q, S₃, M, N; ``ValueError`` for others.

    Worked value: w − w² gives 1 − Q.
    """
    total: Expr = Integer(0)
    for (of_w, of_z), factor in Poly(function, w, z).terms():
        if (of_w, of_z) not in _SUMS:
            raise ValueError(f"the sum over the keys of w^{of_w} z^{of_z} has no name")
        total += factor * _SUMS[of_w, of_z]
    return total


def _stein(name: str, function: Expr, result: Expr) -> Step:
    return exact(f"Σ_k ∂_k({name}) = {result}", summed(moved(function)), result)


def derivation() -> Derivation:
    r"""Derive $R_L - R = E[tQ + \rho g^2((2b - b^2)Q - 6b^2(S_3 - Q^2))]$ for every L ≥ 1 and every μ."""
    mu, Sigma = objective._mu, objective._Sigma
    e, others, e_j = symbols("e D′ e_j", positive=True)
    along = Sigma * mu * adjoint(mu) * Sigma / b
    EM, EN, EQM = MEAN, 2 * sigma * (Q - S3), sigma * (Q + 2 * S3 - 3 * Q**2)
    risk = rho * (g**2 - 2 * g * MEAN + MEAN_SQUARE) + (t - rho) * (1 + Q)
    limit = rho * g**2 * (1 - b) ** 2 + t - rho
    return Derivation(
        result="R_L − R = E[tQ + ρg²((2b − b²)Q − 6b²(S₃ − Q²))], Q = Σw², S₃ = Σw³",
        steps=(
            definition("μ·q = √b g, μ·x_k = √b z_k, σ = bg, w_k the softmax of σz_k, M = Σ w_k z_k, N = Σ w_k² z_k."),
            argument(
                "q = g Σμ/√b + q′ with q′ independent of g, and x_k = z_k Σμ/√b + x′_k likewise; q′ and x′_k have the "
                "covariance Σ − ΣμμᵀΣ/b. The weights depend on g and z alone, so E‖q − Σ w_k x_k‖² given g and z is "
                "(g − M)² μᵀΣ²μ/b + tr(Σ − ΣμμᵀΣ/b) (1 + Q), and μᵀΣ²μ = a = ρb."
            ),
            exact("tr(Σ − ΣμμᵀΣ/b) = t − a/b", scalar(Sigma - along).subs(INVARIANTS), t - a / b),
            exact(
                "one key: σ e_k d/de_k of e_k/(e_k + D′) is σ w_k (1 − w_k)",
                sigma * e * (e / (e + others)).diff(e),
                (sigma * w * (1 - w)).subs(w, e / (e + others)),
            ),
            exact(
                "another: σ e_k d/de_k of e_j/(e_k + D′) is −σ w_j w_k",
                sigma * e * (e_j / (e + others)).diff(e),
                -sigma * e_j * e / (e + others) ** 2,
            ),
            exact(
                "∂_k Q = 2w_k σw_k(1 − w_k) − 2σ w_k (Q − w_k²) = 2σ w_k (w_k − Q)",
                2 * w * sigma * w * (1 - w) - 2 * sigma * w * (Q - w**2),
                moved(Q),
            ),
            exact(
                "∂_k M = w_k + z_k σw_k(1 − w_k) − σ w_k (M − w_k z_k) = w_k + σ w_k (z_k − M)",
                w + z * sigma * w * (1 - w) - sigma * w * (M - w * z),
                moved(M),
            ),
            argument("Stein: E z_k f = E ∂_k f for smooth f of at most polynomial growth, given g and the other keys."),
            _stein("w_k", w, EM),
            _stein("w_k²", w**2, EN),
            _stein("Q w_k", Q * w, EQM),
            _stein("M w_k", M * w, Q + sigma * (M + N - 2 * Q * M)),
            argument(
                "So, given g, E M, E N, E QM and E M² are the expectations of the right sides, the first three of "
                "which are to be put into the fourth."
            ),
            exact(
                "E M² = E[Q + σ²(1 − Q − 6S₃ + 6Q²)]",
                Q + sigma * (EM + EN - 2 * EQM),
                MEAN_SQUARE,
            ),
            exact(
                "E(M − σ)² = E[Q + σ²(Q − 6S₃ + 6Q²)]",
                MEAN_SQUARE - 2 * sigma * MEAN + sigma**2,
                CENTRED_SQUARE,
            ),
            exact(
                "ρ(g² − 2gM + M²) + (t − ρ)(1 + Q) at these is ρg²(1 − b)² + t − ρ + EXCESS",
                risk.subs(sigma, b * g),
                limit + EXCESS,
            ),
            exact("ρ(1 − b)² + t − ρ = t − 2a + ab at a = ρb", limit.subs(g, 1), RISK.subs(a, rho * b)),
            argument("E g² = 1, so E of the first part is R. By Cauchy and Schwarz Q² ≤ S₃, as Σ w = 1."),
        ),
    )


def two_keys() -> Derivation:
    """Derive what the formula is at L = 2, where one integral is left."""
    X = symbols("X", positive=True)
    of_x = 1 / (X + 1 / X) ** 2
    return Derivation(
        result="L = 2: Q = 1 − 2p, S₃ = 1 − 3p with p = w(1 − w)",
        steps=(
            *derivation().steps,
            exact("w² + (1 − w)² = 1 − 2p", w**2 + (1 - w) ** 2, TWO_KEYS[Q].subs(p, w * (1 - w))),
            exact("w³ + (1 − w)³ = 1 − 3p", w**3 + (1 - w) ** 3, TWO_KEYS[S3].subs(p, w * (1 - w))),
            argument("w/(1 − w) = e^{2x}, x = σ(z₁ − z₂)/2 = bgn/√2 with n ~ N(0, 1): p = 1/(e^x + e^{−x})²."),
            argument(
                "1/(4 cosh² x) = ¼ ∫ v/(2 sinh(πv/2)) e^{ivx} dv, E[e^{ivx} | g] = e^{−v²b²g²/4} and "
                "E g^k e^{−v²b²g²/4} = (1 + v²b²/2)^{−(k+1)/2} for k = 0 and 2, so "
                "E p g^k = ¼ ∫_0^∞ v/sinh(πv/2) (1 + v²b²/2)^{−(k+1)/2} dv."
            ),
            exact(
                "d²/dx² of p is 4p − 24p², where d/dx = X d/dX and p = 1/(X + 1/X)²",
                X * (X * of_x.diff(X)).diff(X),
                4 * of_x - 24 * of_x**2,
            ),
            argument("The transform of d²/dx² is −v², so p² has (4 + v²)/24 times the transform of p."),
        ),
    )


def averages_of_two_keys(coupling: Number) -> dict[str, arb]:
    """Return enclosures of G = E Σw², V = E(M − bg)² and drift = E g(M − bg) at L = 2, fresh query, β = 1.

    ``coupling``: b ≥ 0. ``ValueError`` otherwise. Source: derived here. Worked value: b = 0 gives 1/2, 1/2 and 0.
    """
    known = exactly.rational(coupling, "coupling")
    if known < 0:
        raise ValueError(f"the coupling b = μ·Σμ must not be negative, not {coupling!r}")
    parts = {"G": Q, "V": CENTRED_SQUARE, "drift": g * (MEAN - sigma)}
    return {
        name: _average(part.subs(sigma, b * g).subs(TWO_KEYS).subs(b, known), known) for name, part in parts.items()
    }


def risk_of_two_keys(spectrum: Iterable[Number], parameter: Iterable[Number], *, excess: Expr = EXCESS) -> arb:
    """Return an enclosure of R_2, the risk of the softmax head with two keys and a fresh query, β = 1.

    ``spectrum``: the d eigenvalues of Σ, descending; ``parameter``: the d coordinates of μ along the eigenvectors.
    ``ValueError`` otherwise. Source: derived here. Worked value: μ = 0 gives 3t/2.
    """
    trace, square, coupling = objective.invariants(spectrum, parameter)
    ratio = square / coupling if coupling else Fraction(0)
    here = excess.subs(TWO_KEYS).subs({t: trace, rho: ratio, b: coupling})
    return exactly.enclosed(objective.risk(spectrum, parameter)) + _average(here, coupling)


def _average(polynomial: Expr, coupling: Fraction) -> arb:
    """Enclose E of a polynomial of degree ≤ 2 in p whose terms have the factor 1 or g²."""
    total = arb(0)
    for (of_p, of_g), factor in Poly(polynomial, p, g).terms():
        total += exactly.enclosed(Fraction(int(factor.p), int(factor.q))) * _moment(of_p, of_g, coupling)
    return total


def _moment(of_p: int, of_g: int, coupling: Fraction) -> arb:
    """Enclose E p^j g^k, j ≤ 2 and k = 0 or 2."""
    if of_p > 2 or of_g not in (0, 2):
        raise ValueError(f"E p^{of_p} g^{of_g} is not among those derived")
    if of_p == 0:
        return arb(1)  # E g² = 1
    steepness = exactly.enclosed(coupling**2 / 2)

    def integrand(x: acb, analytic: bool) -> acb:
        spread = (1 + steepness * x * x).rsqrt(analytic=analytic)
        wave = 1 / (2 * acb.pi() * (acb(0, 1) * acb.pi() * x / 2).sinc())
        return wave * (spread**3 if of_g else spread) * (exactly.enclose(SQUARE, {v: x}) if of_p == 2 else 1)

    # From 40 on x (4 + x²) ≤ e^{x/2}, so that the integrand is below e^{−x}.
    return acb.integral(integrand, 0, _CUT).real + arb(0, arb(-_CUT).exp())
