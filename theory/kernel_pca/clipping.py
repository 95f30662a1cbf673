r"""What clipping of keys can promise: bounded weight of bad tokens, at the price of flat attention.

$N$ tokens in $D$ dimensions, $m$ of them bad, keys and queries clipped to $\pm\tau$ entrywise; $a = \tau^2\sqrt D$.
"""

from collections.abc import Sequence
from fractions import Fraction

from flint import arb
from sympy import symbols
from sympy.functions.elementary.complexes import adjoint

from ..derivation import Derivation, argument, definition, exact
from ..exact import Number, count, enclosed, rational, root
from ..isserlis import expectation
from ..words import matrix, scalar, vector
from .attention_pursuit import Rows, attention, clipped, known_keys

N, m, E, w, good, bad, D = symbols("N m E w g b D", positive=True)


def influence() -> Derivation:
    """Derive the largest weight that m tokens can have when keys are clipped, and what follows for the output."""
    bound = m * E / (m * E + (N - m) / E)
    large, level, penalty, heads = symbols("c κ λ H", positive=True)
    total = D * (m * large + (N - m) * level)
    return Derivation(
        result="m of N clipped tokens have at most the weight 1/(1 + (N/m − 1) exp(−2τ²√D)), which is attained",
        steps=(
            definition("a = τ²√D; E = exp(a); w = the sum of the softmax weights of the bad tokens for one query."),
            argument(
                "|q·k|/√D ≤ Dτ²/√D = a. w grows with the scores of bad tokens and falls with the others': at most a, "
                "at least −a. It is attained by q = k_bad = τσ and the other keys −τσ, σ a vector of signs."
            ),
            exact("mE/(mE + (N − m)/E) = 1/(1 + (N/m − 1)/E²)", bound, 1 / (1 + (N / m - 1) / E**2)),
            exact(
                "o = wb + (1 − w)g, b and g the mean values of bad and of good tokens: o − g = w(b − g)",
                w * bad + (1 - w) * good - good,
                w * (bad - good),
            ),
            argument("So bad tokens move a coordinate of the output by at most w times the range of its values."),
            argument(
                "With the threshold τ = λμ = λNC/(4‖K‖_1) of B12.clip one bad token of growing size makes ‖K‖_1 grow "
                "and τ → 0 for all tokens. At m = 1 the bound says that no token then has more than 1/N in the limit: "
                "the output is the mean of the values, whatever the good keys are."
            ),
            exact(
                "of m keys cσ and N − m keys −κσ the sum of the absolute values is D(mc + (N − m)κ): λNHD/(4‖K‖_1) = "
                "λNH/(4(mc + (N − m)κ))",
                penalty * N * heads * D / (4 * total),
                penalty * N * heads / (4 * (m * large + (N - m) * level)),
            ),
            argument(
                "Where τ ≤ min(c, κ) these keys become ±τσ, the case in which the bound is attained; for a good query "
                "with N − m in place of m."
            ),
            exact("1/(1 + (N − 1)/E²) at E = 1 is 1/N", (1 / (1 + (N - 1) / E**2)).subs(E, 1), 1 / N),
        ),
    )


def squared_error() -> Derivation:
    """Derive the mean squared error of the output over the values, where the weights do not depend on them."""
    gap, covariance, v = matrix("Δ"), matrix("Σ", symmetric=True), vector("v")
    return Derivation(
        result="E‖AV − A_0V‖_F² = D‖A − A_0‖_F² for V of independent standard entries, A, A_0 independent of V",
        steps=(
            definition(
                "A, A_0: attention weights from contaminated and from clean keys, N × N; Δ = A − A_0; V is N × D."
            ),
            exact(
                "a column v ~ N(0, Σ) of V: E vᵀΔᵀΔv = tr ΔᵀΔΣ",
                expectation(adjoint(v) * adjoint(gap) * gap * v, covariance, v),
                scalar(adjoint(gap) * gap * covariance),
            ),
            argument(
                "At Σ = I this is ‖Δ‖_F², for any independent standard entries: only second moments enter. ‖ΔV‖_F² is "
                "the sum over the D columns. It holds for plain attention, clipping and denoised keys."
            ),
            argument("From its second sweep on Principal Attention Pursuit has V in its weights: it is not covered."),
        ),
    )


def largest_weight(tokens: int, bad_tokens: int, dimension: int, threshold: Number) -> arb:
    """Return 1/(1 + (N/m − 1) exp(−2τ²√D)), the largest weight of m of N tokens clipped to ±τ.

    At m = 1 and τ > 0 it is ``robustness.largest_weight``, which takes no τ = 0; here all keys are then 0, so m/N.
    Errors: ``ValueError`` for counts below 1, m > N, τ < 0. Source: derived here. Worked value: τ = 0: m/N.
    """
    whole, part, wide = count(tokens, "N"), count(bad_tokens, "m"), count(dimension, "D")
    level = rational(threshold, "τ")
    if part > whole or level < 0:
        raise ValueError(f"m must be at most N and τ not negative, not {part} of {whole} and {level}")
    spread = (-2 * enclosed(level**2) * root(Fraction(wide))).exp()
    return 1 / (1 + enclosed(Fraction(whole, part) - 1) * spread)


def mean_squared_error(
    clean: Sequence[Sequence[Number]], keys: Sequence[Sequence[Number]], threshold: Fraction | None = None
) -> arb:
    """Return E‖output − clean output‖_F² over values of independent standard entries; τ: keys are clipped to ±τ.

    Errors: ``ValueError`` for τ < 0, other shapes of the two, and as ``attention_pursuit.known_keys``.
    Source: derived here. Worked value: keys = clean: 0.
    """
    attended = known_keys(keys) if threshold is None else clipped(keys, threshold)
    reference = known_keys(clean)
    if (len(reference), len(reference[0])) != (len(attended), len(attended[0])):
        raise ValueError(
            f"clean and contaminated keys must have one shape, not {len(reference)} × {len(reference[0])} and "
            f"{len(attended)} × {len(attended[0])}"
        )
    one: Rows = [[Fraction(i == j) for j in range(len(attended))] for i in range(len(attended))]
    pairs = zip(attention(attended, one), attention(reference, one), strict=True)
    gaps = [a - b for found, exact_row in pairs for a, b in zip(found, exact_row, strict=True)]
    return len(attended[0]) * sum((gap * gap for gap in gaps), arb(0))  # a power of a ball around 0 would be undefined
