r"""The variance of the stochastic gradient at the signal direction, with the term in d/N.

At $q = u$, $N \to \infty$, $d/N \to \delta$: $N\sigma^2 \to 4\beta^2\{E[\tilde w^2(Ax - A^2 + 1 + \delta\tilde w -
\delta R)^2] + \delta R^2\}$ for each coordinate across u, with $x = x_i \cdot u$,
$\tilde w = e^{\beta x}/E e^{\beta x}$, $A = E\,\tilde w x$ and $R = E\,\tilde w^2$.
"""

from functools import cache

from flint import arb
from sympy import Expr, Symbol, exp, symbols

from ..derivation import Derivation, argument, definition, exact
from .objective import LATENTS, Model, at, beta, mean_weight, ratio, share, squares_of_weights, theta, x
from .objective import m as alignment

A, B, R, P, Q, weight, psi = symbols("A B R P Q w̃ ψ", real=True)
z = Symbol("x", real=True)
MOMENTS = {(k, j): Symbol(f"e{k}{j}", real=True) for k, j in ((2, 2), (2, 1), (2, 0), (3, 1), (3, 0), (4, 0))}
"""E w̃ᵏ xʲ, by (k, j)."""

NOISE: Expr = (
    4
    * beta**2
    * (
        A**2 * MOMENTS[2, 2]
        - 2 * A * B * MOMENTS[2, 1]
        + B**2 * MOMENTS[2, 0]
        + 2 * ratio * (A * MOMENTS[3, 1] - B * MOMENTS[3, 0])
        + ratio**2 * MOMENTS[4, 0]
        + ratio * R**2
    )
)
r"""$N\sigma^2$ in the moments, with $B = A^2 - 1 + \delta R$."""


@cache
def weighted_moment(latent: str, weights: int, power: int) -> Expr:
    r"""Return $E\,\tilde w^k x^j$ = $L^{(j)}(k\beta)/L(\beta)^k$ with $L(t) = e^{t^2/2}(1 - \pi + \pi M(t\theta))$.

    ``latent`` names M; ``ValueError`` for an unknown one. Worked value: k = 1, j = 0 gives 1.
    """
    mean_weight(latent)  # refuses an unknown one
    t = Symbol("t", real=True)
    generating = exp(t**2 / 2) * (1 - share + share * LATENTS[latent].subs(x, t * theta))
    return generating.diff(t, power).subs(t, weights * beta) / generating.subs(t, beta) ** weights


@cache
def noise(latent: str) -> Expr:
    r"""Return $N\sigma^2$, the limit of N times the variance of a coordinate of the gradient across u at q = u.

    ``latent`` as ``weighted_moment``. Source: derived here. Worked value: ``variance``.
    """
    return noise_of(latent, output_there(latent), output_there(latent) ** 2 - 1 + ratio * squares_there(latent))


def noise_of(latent: str, output: Expr, offset: Expr) -> Expr:
    """Return ``NOISE`` at the moments of a latent sign, with A = ``output`` and B = ``offset``.

    Worked value: A = β and B = β² is that without θw(1) and + 1.
    """
    moments = {symbol: weighted_moment(latent, *kj) for kj, symbol in MOMENTS.items()}
    return NOISE.subs({A: output, B: offset, R: squares_there(latent)} | moments)


def output_there(latent: str) -> Expr:
    """Return A = β + θ w(1), the limit of the output along u at q = u; β + θ tanh(βθ/2) at π = 1/2, Rademacher."""
    return beta + theta * mean_weight(latent).subs(alignment, 1)


def squares_there(latent: str) -> Expr:
    """Return R = E w̃² at q = u; e^{β²} at θ = 0."""
    return squares_of_weights(latent).subs(alignment, 1)


def variance(model: Model) -> arb:
    """Return Nσ² of a model, a ball; its δ = d/N enters.

    Worked value: β = θ = 1, π = 1/2, Rademacher: 176.088 at δ = 0, and 222.372 at δ = 1/40.
    """
    return at(noise(model.latent), model)


def derivation() -> Derivation:
    """Derive ``NOISE`` for d fixed and for d/N → δ."""
    bracket = A * z - B + ratio * weight
    spelled = (
        A**2 * weight**2 * z**2
        - 2 * A * B * weight**2 * z
        + B**2 * weight**2
        + 2 * ratio * (A * weight**3 * z - B * weight**3)
        + ratio**2 * weight**4
    )
    return Derivation(
        result="Nσ² → 4β²{E[w̃²(Ax − A² + 1 + δw̃ − δR)²] + δR²}",
        steps=(
            definition(
                "q = u; x_i the component of token i along u, z_i the others, z_i ~ N(0, I_{d−1}) independent of all "
                "x; w_i = e^{βx_i}/Σe^{βx_j}, W = Σ w_i², o = Σ w_i (x_i, z_i), Z = Σ w_i z_i. The gradient is "
                "Σ c_i (x_i, z_i), c_i = 2βw_i(x_i·o − ‖o‖²); σ² is the variance of a coordinate of g = Σ c_i z_i."
            ),
            argument(
                "The weights know nothing of z, so g has a rotation invariant law: mean 0, covariance σ²I. By the law "
                "of large numbers N w_i → w̃_i, NW → R = E w̃², and the component of o along u → A = E w̃x."
            ),
            argument(
                "d fixed: c_i = (2β/N)w̃_i(ψ_i + z_i·Z) with ψ_i → Ax_i − A² and Z of the order 1/√N; as Σ w_i z_i z_iᵀ "
                "→ I, g = (2β/N) Σ w̃_i(ψ_i + 1) z_i + o(1/√N): Nσ² → 4β²E[w̃²(ψ + 1)²], which is δ = 0 below."
            ),
            argument(
                "d/N → δ: given the weights (C8) Z has the length √(δR) in the limit, along Ẑ token i has the "
                "coordinate (w_i/W)‖Z‖ + η_i, η ~ N(0, I − wwᵀ/W), so c_i = (2β/N)w̃_i(ψ_i + √(δR) η_i) with "
                "ψ = Ax − A² + δw̃ − δR; and the part of g across Ẑ has the length ‖c − (c·w)w/W‖ √d."
            ),
            argument(
                "With P = E w̃²ψ, Q = E w̃²ψ²: along Ẑ g tends to (c·w/W)‖Z‖ + Σ c_i η_i = 2β√(δR)(P/R + 1), which "
                "divided by d = δN coordinates gives R(P/R + 1)²; N‖c‖² gives Q + δR·R, and N(c·w)²/W gives P²/R."
            ),
            exact(
                "R(P/R + 1)² + Q + δR² − P²/R = (Q + 2P + R) + δR²",
                R * (P / R + 1) ** 2 + Q + ratio * R**2 - P**2 / R,
                Q + 2 * P + R + ratio * R**2,
            ),
            exact("w̃²ψ² + 2w̃²ψ + w̃² = w̃²(ψ + 1)²", weight**2 * (psi**2 + 2 * psi + 1), weight**2 * (psi + 1) ** 2),
            exact(
                "Ax − A² + δw̃ − δR + 1 = Ax − B + δw̃ at B = A² − 1 + δR",
                A * z - A**2 + ratio * weight - ratio * R + 1,
                bracket.subs(B, A**2 - 1 + ratio * R),
            ),
            exact("w̃²(Ax − B + δw̃)² by powers of w̃ and x", weight**2 * bracket**2, spelled),
            exact(
                "4β²(that by powers + δR²) is NOISE, with E w̃ᵏxʲ written w̃ᵏxʲ",
                4 * beta**2 * (spelled + ratio * R**2),
                NOISE.subs({s: weight**k * z**j for (k, j), s in MOMENTS.items()}),
            ),
            argument(
                "x is θs + N(0, 1) with probability π, else N(0, 1): E e^{tx} = L(t) = e^{t²/2}(1 − π + πM(tθ)), and "
                "E w̃ᵏxʲ is its j-th derivative at kβ divided by L(β)ᵏ. N E‖g‖²/(d − 1) converges with g: the fourth "
                "moments are bounded, as Σe^{βx_i} is below half of its mean with exponentially small probability."
            ),
        ),
    )
