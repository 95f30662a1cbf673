r"""Principal Component Pursuit: when a low-rank and a sparse matrix are found from their sum; a case solved exactly.

The pursuit minimises $\|L\|_* + \lambda\|S\|_1$ over $L + S = K$. The solved case is $K = s\,11^\top + tA$, up to
permutations and signs of rows and columns, with $s, t > 0$ and $A$ the indicator of g ≥ 3 diagonal k × k blocks,
n = gk.
"""

from fractions import Fraction

from sympy import Expr, Symbol, symbols
from sympy.functions.elementary.complexes import adjoint

from ..derivation import Derivation, argument, definition, exact
from ..exact import Number, count, evaluate, rational
from ..words import matrix, scalar

n, k = symbols("n k", positive=True)
penalty = Symbol("λ", positive=True)
s, t = symbols("s t", positive=True)

OUTSIDE = (1 - k * penalty) / (n - k)
"""The dual certificate off the blocks; on them it is λ."""
SIZE = k * (penalty - OUTSIDE)
"""Its singular value across UVᵀ = 11ᵀ/n."""

VALUES = (penalty * (s * n**2 + t * n * k), s * n + penalty * t * n * k, s * n + t * n)
"""The least value for λ below 1/n (L = 0), between 1/n and 1/k (L = s 11ᵀ), above 1/k (S = 0)."""


def sufficiency() -> Derivation:
    """Derive that a dual certificate makes a pair the only minimiser, and how far others can then be."""
    Y, B, G, H = map(matrix, "YBGH")
    return Derivation(
        result="a strict dual certificate Y and Ω ∩ T = 0 make (L_0, S_0) the only minimiser",
        steps=(
            definition(
                "L_0 = UΣVᵀ of rank r, T = {UXᵀ + ZVᵀ} with the orthogonal projection P_T, Ω the support of S_0. Y is "
                "a certificate if P_TY = UVᵀ, ‖P_T⊥Y‖ < 1, P_ΩY = λ sign S_0 and |Y_ij| < λ off Ω."
            ),
            argument(
                "Every pair with the same sum is (L_0 + H, S_0 − H). Subgradients of the norms: ‖L_0 + H‖_* ≥ ‖L_0‖_* "
                "+ ⟨UVᵀ, H⟩ + ‖P_T⊥H‖_* and ‖S_0 − H‖_1 ≥ ‖S_0‖_1 − ⟨sign S_0, H⟩ + ‖P_Ω⊥H‖_1: choose the part across, "
                "of norm at most 1, to be dual to P_T⊥H, and to P_Ω⊥H. So the value grows by at least ⟨UVᵀ, H⟩ − "
                "λ⟨sign S_0, H⟩ + ‖P_T⊥H‖_* + λ‖P_Ω⊥H‖_1."
            ),
            exact(
                "tr (Y − B)ᵀH − tr (Y − G)ᵀH = tr GᵀH − tr BᵀH, B and G any matrices",
                scalar((adjoint(Y) - adjoint(B)) * H) - scalar((adjoint(Y) - adjoint(G)) * H),
                scalar(adjoint(G) * H) - scalar(adjoint(B) * H),
            ),
            argument(
                "At B = P_T⊥Y and G = P_Ω⊥Y, so Y − B = UVᵀ and Y − G = λ sign S_0: ⟨UVᵀ, H⟩ − λ⟨sign S_0, H⟩ = "
                "⟨P_Ω⊥Y, H⟩ − ⟨P_T⊥Y, H⟩, at least −max_off|Y| ‖P_Ω⊥H‖_1 − ‖P_T⊥Y‖ ‖P_T⊥H‖_*. So the value grows by at "
                "least (1 − ‖P_T⊥Y‖)‖P_T⊥H‖_* + (λ − max_off|Y|)‖P_Ω⊥H‖_1 ≥ 0. It is 0 only if H lies in T ∩ Ω = {0}: "
                "the minimiser is unique."
            ),
            definition(
                "Stability: m = min(1 − ‖P_T⊥Y‖, λ − max_off|Y|), c = ‖P_ΩP_T‖, which is below 1 exactly if T ∩ Ω = "
                "{0}; a pair whose value is above the minimum by ε; h = ‖P_T⊥H‖_F + ‖P_Ω⊥H‖_F, ω = ‖P_ΩH‖_F."
            ),
            argument(
                "m(‖P_T⊥H‖_* + ‖P_Ω⊥H‖_1) ≤ ε, so h ≤ ε/m. P_ΩH = P_ΩP_TH + P_ΩP_T⊥H, and ‖P_TH‖_F ≤ ‖H‖_F ≤ ω + "
                "‖P_Ω⊥H‖_F: ω ≤ cω + c‖P_Ω⊥H‖_F + ‖P_T⊥H‖_F, hence ω + ‖P_Ω⊥H‖_F ≤ h/(1 − c)."
            ),
            argument(
                "So ‖H‖_F ≤ ε/(m(1 − c)). If P_TY misses UVᵀ by e in the Frobenius norm, ε ≥ mh' − e‖P_TH‖_F ≥ "
                "(m(1 − c) − e)‖H‖_F with h' = ‖P_T⊥H‖_* + ‖P_Ω⊥H‖_1 ≥ (1 − c)‖H‖_F: the same with m(1 − c) − e."
            ),
        ),
    )


def blocks() -> Derivation:
    """Derive the minimiser for K = s 11ᵀ + tA at every λ."""
    row = k * penalty + (n - k) * OUTSIDE
    low, middle, high = VALUES
    return Derivation(
        result="L = 0 for λ < 1/n, L = s 11ᵀ for 1/n < λ < 1/k, L = K for λ > 1/k",
        steps=(
            definition(
                "K = s 11ᵀ + tA, s, t > 0, A the indicator of g ≥ 3 diagonal blocks of size k, n = gk ≥ 3k; both norms "
                "do not change under permutations and changes of sign of rows and columns, so this covers those of K."
            ),
            definition("L_0 = s 11ᵀ: UVᵀ = 11ᵀ/n; S_0 = tA. Y is λ on the blocks and (1 − kλ)/(n − k) off them."),
            exact("kλ + (n − k)(1 − kλ)/(n − k) = 1, the sums of rows and columns of Y", row, 1),
            argument("Y1 = 1 and 1ᵀY = 1ᵀ: this is P_TY = UVᵀ, so Y − UVᵀ = P_T⊥Y = (λ − Y_off)(A − (k/n)11ᵀ)."),
            argument("A − (k/n)11ᵀ is k times a projection, so ‖P_T⊥Y‖ = k|λ − Y_off|."),
            exact("λ − Y_off = (nλ − 1)/(n − k)", penalty - OUTSIDE, (n * penalty - 1) / (n - k)),
            exact("λ + Y_off = (1 + λ(n − 2k))/(n − k)", penalty + OUTSIDE, (1 + penalty * (n - 2 * k)) / (n - k)),
            exact("1 − k(λ − Y_off) = n(1 − kλ)/(n − k)", 1 - SIZE, n * (1 - k * penalty) / (n - k)),
            argument(
                "So |Y_off| < λ and ‖P_T⊥Y‖ < 1 exactly if 1/n < λ < 1/k. T ∩ Ω = {0}: H_ij = y_i + x_j that vanishes "
                "off the blocks has y_i = y_i' for all i, i', by a column j of a third block, so x_j = −y_i and H = 0. "
                "By the certificate (B11) (s 11ᵀ, tA) is the only minimiser."
            ),
            argument(
                "λ < 1/n: Y = λ11ᵀ = λ sign K has ‖Y‖ = nλ < 1, and T = {0} at L_0 = 0. λ > 1/k: A/k, the projection "
                "on the range of K, which is positive semidefinite, is UVᵀ of K; its entries are at most 1/k < λ, and "
                "Ω is empty. So L = 0 and L = K are the only minimisers."
            ),
            argument("The values: ‖11ᵀ‖_* = n, ‖A‖_1 = nk, ‖K‖_1 = sn² + tnk, ‖K‖_* = tr K = n(s + t)."),
            exact(
                "λ(sn² + tnk) − (sn + λtnk) = sn(nλ − 1)",
                low - middle,
                s * n * (n * penalty - 1),
            ),
            exact("(sn + tn) − (sn + λtnk) = tn(1 − kλ)", high - middle, t * n * (1 - k * penalty)),
        ),
    )


def known_blocks(size: int, block: int, strength: Number, spike: Number) -> tuple[int, int, Fraction, Fraction]:
    """Return n, k, s, t; ``ValueError`` unless n is a multiple ≥ 3 of k ≥ 1 and s, t > 0."""
    whole, part = known_sizes(size, block)
    level, peak = rational(strength, "strength s"), rational(spike, "spike t")
    if min(level, peak) <= 0:
        raise ValueError(f"s and t must be positive, not {level} and {peak}")
    return whole, part, level, peak


def known_sizes(size: int, block: int) -> tuple[int, int]:
    """Return n, k; ``ValueError`` unless n is a multiple ≥ 3 of k ≥ 1."""
    if isinstance(size, bool) or isinstance(block, bool):
        raise ValueError(f"n and k must be integers of at least 1, not {size} and {block}")
    whole, part = count(size, "size n"), count(block, "block k")
    if whole % part or whole < 3 * part:
        raise ValueError(f"n must be at least three times k and a multiple of it, not {whole} for k = {part}")
    return whole, part


def known_multiplier(multiplier: Number) -> Fraction:
    """Return λ; ``ValueError`` unless it is finite and positive."""
    weight = rational(multiplier, "λ")
    if weight <= 0:
        raise ValueError(f"λ must be positive, not {weight}")
    return weight


def regime(size: int, block: int, multiplier: Number) -> int:
    """Return 0, 1 or 2: λ below 1/n, between, above 1/k.

    Errors: ``ValueError`` for λ ≤ 0 or at a threshold, and unless n is a multiple ≥ 3 of k ≥ 1.
    Worked value: n = 12, k = 2: λ = 1/4 is in regime 1.
    """
    weight = known_multiplier(multiplier)
    whole, part = known_sizes(size, block)
    if weight * whole == 1 or weight * part == 1:
        raise ValueError(f"at λ = {weight}, a threshold, the minimiser is not unique")
    return (weight * whole > 1) + (weight * part > 1)


def least_value(size: int, block: int, strength: Number, spike: Number, multiplier: Number) -> Fraction:
    """Return min ‖L‖_* + λ‖S‖_1 for K = s 11ᵀ + tA, from ``VALUES``.

    Errors: ``ValueError`` as ``known_blocks`` and ``regime``. Source: derived here, with the certificate of
    arXiv:0912.3599. Worked value: n = 6, k = 1, s = t = 1, λ = 1/2: 6 + 3 = 9.
    """
    return value_in(regime(size, block, multiplier), size, block, strength, spike, multiplier)


def value_in(number: int, size: int, block: int, strength: Number, spike: Number, multiplier: Number) -> Fraction:
    """Return the value of the pair that is the minimiser in the regime of that number, at any λ > 0.

    Errors: ``ValueError`` for another number than 0, 1, 2, for λ ≤ 0, and as ``known_blocks``.
    Worked value: n = 6, k = 1, s = t = 1, λ = 1/2 in regime 2: 12.
    """
    if number not in (0, 1, 2):
        raise ValueError(f"the number of a regime is 0, 1 or 2, not {number!r}")
    whole, part, level, peak = known_blocks(size, block, strength, spike)
    values: dict[Expr, Fraction | int] = {n: whole, k: part, s: level, t: peak, penalty: known_multiplier(multiplier)}
    return evaluate(VALUES[number], values)
