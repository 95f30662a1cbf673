r"""How large the eigenvalues of the kernel matrices of softmax attention can be (B3), for symbolic N.

Letters as in ``self_attention``. Eigenvalues of $\tilde K$ and $K_\phi$ are their own; the $\lambda_d$ of kernel PCA
are those of $\tilde K/N$, N times smaller.
"""

from collections.abc import Sequence

from flint import arb, ctx
from sympy import Expr, adjoint, symbols

from ..derivation import Derivation, argument, definition, exact
from ..exact import Number, count, enclose, enclosed, rational
from ..words import scalar, vector
from .feature_space import _BITS, gram, kernel, tokens
from .self_attention import N, centred, number, o

E = symbols("E", positive=True)
"""exp(r²/√D) of keys on the axes at the distance r."""

P, Q, R = symbols("p q r", positive=True)
PAIR: Expr = (P - 2 * Q + R) / 2
"""λ_max(K̃) of two keys, p, q, r the entries 11, 12, 22 of K_φ."""

EQUIDISTANT = {"g": E + N - 1, "λ_max(K_φ)": 1 / (E + N - 1), "λ_max(K̃)": (E - 1) / (E + N - 1) ** 2}
"""g(k_j) and the largest eigenvalues for N keys on the axes at one distance, K = (E − 1)I + 11ᵀ."""


def derivation() -> Derivation:
    r"""Derive the chain of inequalities, in Loewner's order where it holds in it, and the cases of equality."""
    k_ij, y_i, y_j = symbols("k_ij y_i y_j", real=True)
    x, e_1 = vector("x"), vector("e₁")
    first = {scalar(adjoint(e_1) * e_1): 1, scalar(adjoint(o) * e_1): 1}
    return Derivation(
        result="λ_max(K̃) < λ_max(K_φ) ≤ 1/min_j g(k_j) < exp(−min_j‖k_j‖²/√D) ≤ 1 for N ≥ 2; "
        "the λ_d of K̃/N are N times smaller",
        steps=(
            definition("K_φ = GKG is a Gram matrix, so it has no negative eigenvalue; K̃ = (I − 1_N)K_φ(I − 1_N)."),
            exact(
                "‖x‖² − ‖(I − 1_N)x‖² = (oᵀx)²/N",
                number(adjoint(x) * x) - number(adjoint(centred(x)) * centred(x)),
                number(adjoint(o) * x) ** 2 / N,
            ),
            argument(
                "xᵀK̃x = yᵀK_φy with y = (I − 1_N)x, at most λ_max(K_φ)‖y‖² ≤ λ_max(K_φ)‖x‖². Equality "
                "would make x a top eigenvector of K_φ with oᵀx = 0, but all entries of K_φ are positive, so by Perron "
                "its top eigenvector is positive: the first inequality is strict."
            ),
            exact(
                "k_ij y_i² + k_ij y_j² − 2k_ij y_i y_j = k_ij(y_i − y_j)²",
                k_ij * y_i**2 + k_ij * y_j**2 - 2 * k_ij * y_i * y_j,
                k_ij * (y_i - y_j) ** 2,
            ),
            argument(
                "Take y = Gx and sum half of it over i, j: as Σ_j k_ij = g(k_i), xᵀGx − xᵀGKGx = Σ_i g(k_i) y_i² − "
                "yᵀKy = ½ Σ_ij k_ij(y_i − y_j)² ≥ 0. So K_φ ≤ G in Loewner's order: the d-th eigenvalue of K_φ is at "
                "most the d-th largest 1/g(k_j), the first at most 1/min_j g(k_j). (Gershgorin gives the first, too: "
                "row i of K_φ sums to Σ_j k_ij/(g(k_i) g(k_j)) ≤ max_j 1/g(k_j), as GK has rows that sum to 1.)"
            ),
            argument(
                "All k_ij > 0, so equality needs y constant, x a multiple of (g(k_i))_i, which has no zero entry, and "
                "xᵀGx = ‖x‖²/min g: λ_max(K_φ) = 1/min g iff all g(k_j) are equal."
            ),
            argument(
                "g(k_j) = Σ_i exp(k_j·k_i/√D) is its own term exp(‖k_j‖²/√D) and N − 1 ≥ 1 positive others, and the "
                "exponential is increasing: the third inequality, which is strict. The last is ‖k‖ ≥ 0."
            ),
            *_pair_steps(),
            *_equidistant_steps(),
            argument(
                "Their quotient (E − 1)/(E + N − 1) → 1 as r → ∞: no constant below 1 serves the first inequality."
            ),
            argument(
                "Keys standardised entry by entry have ‖k‖² = D − 1 (with the unbiased deviation) or D: all the chain "
                "but 1 is at most exp(−(D − 1)/√D), 3.8e-4 at D = 64."
            ),
            argument(
                "1 is best possible: k_1 = r e, k_j = −(r^{-1/2}/r) e for j > 1 and a unit vector e. As r → 0, "
                "k(k_1, k_j) = exp(−r^{-1/2}/√D) → 0, g(k_1) → 1, φ(k_j) → 0 for j > 1, and min‖k‖ → 0: K_φ → "
                "e₁e₁ᵀ, and all but the first member of the chain tend to 1."
            ),
            exact(
                "e₁ᵀ(I − 1_N)e₁ = 1 − 1/N with oᵀe₁ = 1",
                number(adjoint(e_1) * centred(e_1)).subs(first),
                1 - 1 / N,
            ),
            argument(
                "There λ_max(K̃) → ‖(I − 1_N)e₁‖² = 1 − 1/N, which tends to 1 with N: 1 is the best constant for all N "
                "together. An eigenvalue of 1 or more is none of K̃ or K̃/N, whatever the keys."
            ),
        ),
    )


def _pair_steps() -> tuple:
    """Return the steps for two keys, whatever they are."""
    mean = (P + 2 * Q + R) / 4
    entry = P - (P + Q) + mean, Q - (P + Q) / 2 - (Q + R) / 2 + mean
    return (
        definition("Two keys: p, q, r the entries 11, 12, 22 of K_φ, whose rows have the means (p + q)/2, (q + r)/2."),
        exact("K̃_11 = p − (p + q) + (p + 2q + r)/4 = (p − 2q + r)/4", entry[0], (P - 2 * Q + R) / 4),
        exact("K̃_12 = −(p − 2q + r)/4", entry[1], -(P - 2 * Q + R) / 4),
        exact("K̃(1, −1)ᵀ is (p − 2q + r)/2 times (1, −1)ᵀ", entry[0] - entry[1], PAIR),
        argument("And K̃o = 0: λ_max(K̃) = (p − 2q + r)/2 = ‖φ(k_1) − φ(k_2)‖²/2, an equality."),
    )


def _equidistant_steps() -> tuple:
    """Return the steps for N keys r e_1, …, r e_N on axes, D ≥ N."""
    x, y = vector("x"), vector("y")

    def raw(word: Expr) -> Expr:
        return (E - 1) * word + o * (adjoint(o) * word)

    orthogonal = number(adjoint(o) * y)
    return (
        definition("Keys r e_1, …, r e_N on different axes: K = (E − 1)I + ooᵀ, E = exp(r²/√D)."),
        exact(
            "Ko = (E + N − 1)o, tested on any x", number(adjoint(x) * raw(o)), EQUIDISTANT["g"] * scalar(adjoint(x) * o)
        ),
        exact(
            "oᵀy = 0: Ky = (E − 1)y, tested on any x",
            number(adjoint(x) * raw(y)).subs(orthogonal, 0),
            (E - 1) * scalar(adjoint(x) * y),
        ),
        exact(
            "K_φ = K/g² with g = E + N − 1: the eigenvalue of o is g/g² = 1/g",
            EQUIDISTANT["g"] / EQUIDISTANT["g"] ** 2,
            EQUIDISTANT["λ_max(K_φ)"],
        ),
        exact(
            "1/g − (E − 1)/g² = N/g²",
            EQUIDISTANT["λ_max(K_φ)"] - EQUIDISTANT["λ_max(K̃)"],
            N / EQUIDISTANT["g"] ** 2,
        ),
        argument("So λ_max(K_φ) = 1/g, where the second inequality is an equality, and λ_max(K̃) = (E − 1)/g² < 1/g."),
    )


def chain(keys: Sequence[Sequence[Number]]) -> dict[str, arb]:
    r"""Return $1/\min_j g(k_j)$ and $\exp(-\min_j\lVert k_j\rVert^2/\sqrt D)$ of N ≥ 2 keys, as "1/min g" and "norm".

    Errors: ``ValueError`` for fewer keys, other than one dimension, or what is not finite. Source: derived here.
    Worked value: keys 0 and 1 in D = 1: 1/2 and 1.
    """
    known = tokens(keys, "keys")
    with ctx.workprec(_BITS):
        sums = gram(known).sums
        least = sums[0]
        for other in sums[1:]:
            least = least.min(other)
        largest = (1 / kernel(known[0], known[0])).max(arb(0))
        for key in known[1:]:
            largest = largest.max(1 / kernel(key, key))
        return {"1/min g": 1 / least, "norm": largest}


def pair(keys: Sequence[Sequence[Number]]) -> arb:
    r"""Return λ_max(K̃) = ‖φ(k_1) − φ(k_2)‖²/2 of two keys, from ``PAIR``.

    Errors: ``ValueError`` for another number of keys, other than one dimension, or what is not finite. Source: derived
    here. Worked value: keys 0 and 1 in D = 1: 0.0888.
    """
    known = tokens(keys, "keys")
    if len(known) != 2:
        raise ValueError(f"there must be two keys, not {len(known)}")
    with ctx.workprec(_BITS):
        ((p, q), (_, r)) = gram(known).features
        found: arb = enclose(PAIR, {P: p, Q: q, R: r})
        return found


def equidistant(n: int, distance: Number, dimension: int) -> dict[str, arb]:
    r"""Return g, λ_max(K_φ) and λ_max(K̃) for N keys on axes at a distance r ≥ 0, from ``EQUIDISTANT``.

    Errors: ``ValueError`` for N < 2, D < N, or a distance that is negative or not finite. Source: derived here.
    Worked value: N = D = 4, r² = 2 ln 2, so that E = 2: 5, 1/5, 1/25.
    """
    length, size = rational(distance, "distance"), count(dimension, "dimension D")
    if count(n, "number of keys N") < 2 or size < n:
        raise ValueError(f"there must be N ≥ 2 keys in D ≥ N dimensions, not {n} in {size}")
    if length < 0:
        raise ValueError(f"distance must be at least 0, not {length}")
    with ctx.workprec(_BITS):
        own = (enclosed(length**2) / arb(size).sqrt()).exp()
        sums = own + n - 1
        return {"g": sums, "λ_max(K_φ)": 1 / sums, "λ_max(K̃)": (own - 1) / sums**2}
