"""What values of an attention head have to satisfy if they are those of kernel PCA, up to an output matrix."""

from fractions import Fraction

from flint import arb
from sympy import Expr, adjoint, symbols

from ..derivation import Derivation, argument, definition, exact
from ..exact import count
from ..words import matrix, scalar, vector
from .short_sequences import Keys, sums

N, r, m, gamma = symbols("N r m γ", positive=True)
_one, _g = vector("o"), vector("g")
_WORDS = {scalar(adjoint(_one) * _one): N}

NAMES = definition(
    "k_1, …, k_N distinct, g_j = g(k_j) > 0, G = diag(1/g_j), o = (1, …, 1), oᵀo = N, K̃ = (I − ooᵀ/N) K_φ (I − ooᵀ/N); "
    "V = G(I − ooᵀ/N)A with AᵀK̃A = I; R an invertible r × r matrix, as an output matrix may apply."
)

PLAIN_SHARE: Expr = 1 - symbols("s1") ** 2 / (N * symbols("s2"))
"""The squared cosine of o and g^⊥ in s1 = Σ g_j, s2 = Σ g_j²."""


def derivation() -> Derivation:
    """Derive the weighted sum, for symbolic N, and what the column space says when there are N − 1 components."""
    A, R, w, v = matrix("A"), matrix("R"), vector("w"), vector("v")
    centred = A - _one * adjoint(_one) * A / N
    rest = _one - _g * adjoint(_g) * _one / gamma
    s1, s2 = symbols("s1 s2")
    named = {scalar(adjoint(_g) * _g): gamma, scalar(adjoint(_one) * _one): N, scalar(adjoint(_one) * _g): s1}
    return Derivation(
        result="Σ_j g(k_j) v_j = 0 and col(VR) = col(V); for N − 1 components col(V) = g^⊥",
        steps=(
            NAMES,
            exact(
                "oᵀ(A − ooᵀA/N) R w = 0 for all A, R and w",
                scalar(adjoint(_one) * centred * R * w).subs(_WORDS),
                0,
            ),
            argument("G⁻¹VR = (I − ooᵀ/N)AR, so gᵀVR = oᵀG⁻¹VR = 0: the values, weighted with g, sum to 0."),
            argument("R is invertible, so the columns of VR and of V span the same space, orthogonal to g."),
            argument(
                "The kernel of distinct keys is strictly positive definite, so K̃ has rank N − 1 and N − 1 components "
                "have independent columns; those of V then span all of g^⊥: the distance of column spaces says "
                "nothing beyond the weighted sum if r = N − 1, and more if r < N − 1."
            ),
            exact(
                "‖o − g(gᵀo)/γ‖² = N − s1²/γ with γ = gᵀg, s1 = oᵀg",
                scalar(adjoint(rest) * rest).subs(named),
                N - s1**2 / gamma,
            ),
            exact("(N − s1²/s2)/N = 1 − s1²/(N s2)", (N - s1**2 / s2) / N, PLAIN_SHARE),
            exact(
                "(v − g(gᵀv)/γ) is orthogonal to g",
                scalar(adjoint(_g) * (v - _g * adjoint(_g) * v / gamma)).subs(named),
                0,
            ),
        ),
    )


def bessel() -> Derivation:
    """Derive Bessel's inequality, and by how much it is strict at the keys."""
    k11, k12, k13, k22, k23, k33, square, total = symbols("k11 k12 k13 k22 k23 k33 f γ", positive=True)
    kernel = [[k11, k12, k13], [k12, k22, k23], [k13, k23, k33]]
    g = [sum(row) for row in kernel]
    return Derivation(
        result="‖h_j‖² ≤ ‖φ(k_j)‖² − 1/Σ_i g(k_i) at every key, an equality for N − 1 components",
        steps=(
            NAMES,
            argument(
                "⟨u_d, u_e⟩ = a_dᵀK̃a_e = δ_de: h(d) = ⟨φ(q), u_d⟩ are coordinates of a projection of φ(q), whence "
                "‖h‖² ≤ ‖φ(q)‖² for every q (Bessel); more components make ‖h‖² no smaller."
            ),
            argument("K_φ g = GKGg = GKo = Gg = o, for Gg = o and Ko = g."),
            *(
                exact(f"N = 3: Σ_i K_φ,{j + 1}i g_i = 1", sum(kernel[j][i] / (g[j] * g[i]) * g[i] for i in range(3)), 1)
                for j in range(3)
            ),
            argument(
                "So p = Σ_i g_i φ(k_i)/γ, γ = Σ g_i, has ⟨φ(k_j), p⟩ = 1/γ for every j, and ‖p‖² = 1/γ: p is "
                "orthogonal to all φ(k_i) − φ(k_j), whose span S the u_d span if there are N − 1 of them."
            ),
            argument("φ(k_j) − p has coefficients that sum to 0, so it lies in S and is the projection of φ(k_j)."),
            exact("f − 2/γ + 1/γ = f − 1/γ", square - 2 / total + 1 / total, square - 1 / total),
        ),
    )


def rescaled() -> Derivation:
    """Derive that Bessel's inequality can be met by every V at a scale of its own."""
    c2, top, square = symbols("c² Λ f", positive=True)
    return Derivation(
        result="for every V there is c > 0 with which cV meets Bessel's inequality at every query: c² = "
        "1/λ_max(⟨w_d, w_e⟩)",
        steps=(
            NAMES,
            argument(
                "For any V, h(d) = ⟨φ(q), w_d⟩ with w_d = Σ_j g_j v_jd φ(k_j): ‖h‖² ≤ Λ‖φ(q)‖², Λ the largest "
                "eigenvalue of W = (⟨w_d, w_e⟩), and cV has c²W."
            ),
            exact("c² Λ f = f at c² = 1/Λ", (c2 * top * square).subs(c2, 1 / top), square),
            argument(
                "So a V of any values meets it after rescaling. For exact values W = AᵀK̃A = I: W being a multiple of "
                "I is the condition that a common scale leaves, and a rotation of the columns too."
            ),
        ),
    )


def power() -> Derivation:
    """Derive the mean overlap of the column space of random values with any fixed space."""
    return Derivation(
        result="E of the mean squared principal cosine of col(V) and a fixed space of dimension m ≤ r is r/N",
        steps=(
            definition("V: N × r of independent N(0, 1), r ≤ N; P the projection on its columns; Q one of rank m ≤ r."),
            argument("The law of P is that of OPOᵀ for all orthogonal O, so E P = cI, and c N = tr E P = r."),
            exact("tr(Q E P)/m = (r/N) m/m", r / N * m / m, r / N),
        ),
    )


def plain_share(keys: Keys) -> arb:
    """Return the squared cosine of (1, …, 1) and the columns of N − 1 exact values, 1 − (Σg)²/(N Σg²).

    Source: derived here. Worked value: keys of equal g give 0; keys 0 and 1: 1 − (3 + e)²/(2(4 + (1 + e)²)) = 0.083.
    """
    g = sums(keys)
    return 1 - sum(g, arb(0)) ** 2 / (len(g) * sum((x * x for x in g), arb(0)))


def slack(keys: Keys) -> arb:
    """Return 1/Σ_j g(k_j), what ‖φ‖² exceeds ‖h‖² by at every key. Worked value: two keys 0 and 1: 1/(3 + e)."""
    return 1 / sum(sums(keys), arb(0))


def random_share(components: int, tokens: int) -> Fraction:
    """Return r/N; ``ValueError`` unless 1 ≤ r ≤ N are integers. Worked value: 3 of 12 give 1/4."""
    if count(components, "components r") > count(tokens, "tokens N"):
        raise ValueError(f"r = {components} columns of N = {tokens} entries are dependent: r ≤ N is asked for")
    return Fraction(components, tokens)
