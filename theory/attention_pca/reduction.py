r"""The finite-prompt risk of any head whose weights are functions of its scores, reduced to one dimension."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from flint import arb
from sympy import Expr, adjoint, symbols

from .. import exact as exactly
from ..derivation import Derivation, argument, definition, exact
from ..exact import Number
from ..isserlis import expectation
from ..words import matrix, scalar, vector
from .objective import INVARIANTS, a, b, invariants, t

F, G, W = symbols("F G W", real=True)
rho = symbols("ρ", positive=True)

RISK: Expr = t * (1 + G - 2 * W) - rho * (F + G - 2 * W)
r"""$R_L$ in $t$, $\rho = a/b$ and the parts F, G, W of the head, which know nothing of Σ but $\beta b$."""


@dataclass(frozen=True)
class Parts:
    """F = E[2gM − M²], G = E Σ w², and W = E w_1 for a self query, 0 for a fresh one."""

    F: Fraction | arb
    G: Fraction | arb
    W: Fraction | arb


def derivation() -> Derivation:
    r"""Derive ``RISK`` for symbolic d and L, any weights that are functions of the scores, and both queries."""
    Sigma, mu, x, v = matrix("Σ", symmetric=True), vector("μ"), vector("x"), vector("v")
    remainder = x - Sigma * mu * adjoint(mu) * x / b
    g, M, w_1, rest, squares = symbols("g M w₁ S G_w", real=True)

    def mean(expression: Expr) -> Expr:
        return expectation(expression, Sigma, x).subs(INVARIANTS)

    return Derivation(
        result="R_L(μ) = t(1 + G − 2W) − ρ(F + G − 2W), F, G, W functions of βb and L alone",
        steps=(
            definition(
                "b = μᵀΣμ > 0, a = μᵀΣ²μ, ρ = a/b; g = μ·q/√b, z_k = μ·x_k/√b; the weights w = w(s_1, …, s_L) are any"
                " functions of the scores s_k = βb g z_k with E Σ w_k² < ∞ and E M² < ∞, M = Σ w_k z_k; F = E[2gM − "
                "M²], G = E Σ w_k². Fresh: q independent of the keys, W = 0. Self: q = x_1, so z_1 = g, and W = E "
                "w_1."
            ),
            exact(
                "E (μ·x)(v·y) = 0 for y = x − Σμ(μ·x)/b and every v",
                mean(adjoint(mu) * x * adjoint(v) * remainder),
                0,
            ),
            exact("E (μ·x)² = b, so z is standard", mean(adjoint(mu) * x * adjoint(mu) * x), b),
            exact("E‖y‖² = t − a/b", mean(adjoint(remainder) * remainder), t - a / b),
            exact(
                "‖Σμ‖²/b = a/b",
                scalar(adjoint(Sigma * mu) * (Sigma * mu)).subs(INVARIANTS) / b,
                a / b,
            ),
            argument(
                "Jointly Gaussian and uncorrelated: the y's of the tokens are independent of all (g, z), hence of the "
                "weights, i.i.d. and centred. q − T(q) = (Σμ/√b)(g − M) + Y with Y = y_q − Σ w_k y_k. Given (g, z), Y "
                "has mean 0, so the cross term vanishes and R_L = ρ E(g − M)² + E‖Y‖²."
            ),
            exact("(g − M)² = g² − (2gM − M²)", (g - M) ** 2, g**2 - (2 * g * M - M**2)),
            argument("E g² = 1, so E(g − M)² = 1 − F."),
            argument(
                "Fresh: y_q is independent of the keys' y_k, so E[‖Y‖² | g, z] = (t − ρ)(1 + Σ w_k²). Self: y_q = y_1, "
                "Y = (1 − w_1) y_1 − Σ_{k>1} w_k y_k, so E[‖Y‖² | g, z] = (t − ρ)[(1 − w_1)² + Σ_{k>1} w_k²]."
            ),
            exact(
                "(1 − w_1)² + S = 1 + G_w − 2w_1 at S = G_w − w_1²",
                ((1 - w_1) ** 2 + rest).subs(rest, squares - w_1**2),
                1 + squares - 2 * w_1,
            ),
            exact(
                "ρ(1 − F) + (t − ρ)(1 + G − 2W) is t(1 + G − 2W) − ρ(F + G − 2W)",
                rho * (1 - F) + (t - rho) * (1 + G - 2 * W),
                RISK,
            ),
            argument(
                "(g, z) has the same law for every Σ, μ and d, and the scores are βb g z_k: F, G and W depend on βb, L "
                "and the nonlinearity alone. If b = 0 all scores vanish almost surely, the weights are constants w⁰, "
                "and R_L = t(1 + Σ (w⁰_k)² − 2W): the same formula, as then F + G − 2W = 0 (E M² = Σ (w⁰_k)², "
                "E gM = W) whatever ρ is."
            ),
        ),
    )


def risk(spectrum: Iterable[Number], parameter: Iterable[Number], parts: Parts) -> Fraction | arb:
    r"""Return $R_L(\mu)$ of a head with the given parts at the coupling $b = \mu^\top\Sigma\mu$, from ``RISK``.

    ``spectrum``: the d eigenvalues of Σ, descending; ``parameter``: the d coordinates of μ along the eigenvectors, with
    b > 0; ``ValueError`` otherwise. Source: derived here. Worked value: spectrum (2, 1), μ = (1, 1), so t = 3 and
    ρ = 5/3, with F = 1, G = 1/2, W = 0: 9/2 − 5/2 = 2.
    """
    trace, square, form = invariants(spectrum, parameter)
    if not form:
        raise ValueError("b = μ·Σμ must be positive: at b = 0 there is no ratio ρ = a/b")
    numbers: dict[Expr, Fraction | arb] = {t: trace, rho: square / form, F: parts.F, G: parts.G, W: parts.W}
    rationals = {symbol: number for symbol, number in numbers.items() if isinstance(number, Fraction)}
    if len(rationals) == len(numbers):
        return exactly.evaluate(RISK, rationals)
    balls = {s: exactly.enclosed(x) if isinstance(x, Fraction) else x for s, x in numbers.items()}
    return exactly.enclose(RISK, balls)
