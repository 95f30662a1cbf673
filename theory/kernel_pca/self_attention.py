r"""Softmax attention with the values of kernel PCA, and with any others, in the feature space of its keys (B1, B2).

N is symbolic: vectors and matrices are letters of ``theory.words``. $o$ is the vector of ones, $k$ that of
$k(q, k_j)$, G the diagonal matrix of $1/g(k_j)$, K the kernel matrix, and $g = g(q) = o^\top k$.
"""

from collections.abc import Sequence

from flint import arb, ctx
from sympy import Expr, Rational, Symbol, adjoint, symbols

from ..derivation import Derivation, argument, definition, exact
from ..exact import Number
from ..words import matrix, scalar, vector
from .feature_space import _BITS, Tokens, balls, components, dot, feature_products, gram, kernel, tokens, total

N, g = symbols("N g", positive=True)
o, k, a, a_e, c, e = (vector(name) for name in ("o", "k", "a", "a_e", "c", "e"))
K, G, V = matrix("K", symmetric=True), matrix("G", symmetric=True), matrix("V")
FEATURES: Expr = G * K * G
r"""$K_\phi$, the Gram matrix of $\phi(k_j)$."""

ONES = {scalar(adjoint(o) * o): N}
DISTINCT = (
    "φ_0(k_j) of distinct keys are linearly independent: Σ c_j exp(k_j·x/√D) = 0 for all x implies c = 0, as "
    "exponentials with different frequencies are independent along a line that tells the keys apart. So K and K_φ are "
    "positive definite, and K̃ has rank N − 1."
)


def centred(word: Expr) -> Expr:
    """Return (I − 1_N) applied to a column word, 1_N = ooᵀ/N."""
    return word - o * (adjoint(o) * word) / N


def value(coefficients: Expr) -> Expr:
    """Return the column V_d = G a − G 1_N a of the values of kernel PCA."""
    return G * coefficients - G * o * (adjoint(o) * coefficients) / N


def number(word: Expr) -> Expr:
    """Return a scalar word as a polynomial in chains, with oᵀo = N."""
    return scalar(word.expand()).subs(ONES)


def derivation() -> Derivation:
    """Derive B1: the layer's output is ⟨φ(q), u_d⟩, for symbolic N, any query and every eigenvector."""
    return Derivation(
        result="Σ_j softmax(q·k_j/√D) v_j(d) = ⟨φ(q), u_d⟩ for V = GA − G1_NA, any q, D_v ≤ rank K̃ ≤ N − 1",
        steps=(
            definition(
                "⟨φ_0(x), φ_0(y)⟩ = k(x, y) = exp(x·y/√D), φ = φ_0/g, g(x) = Σ_j k(x, k_j); the softmax weight of key "
                "j is k(q, k_j)/g(q). u_d = Σ_j a_dj (φ(k_j) − φ̄), φ̄ = (1/N) Σ_i φ(k_i). ⟨φ(q), φ(k_j)⟩ = "
                "k(q, k_j)/(g(q) g(k_j)) is the j-th entry of Gk/g."
            ),
            exact(
                "Σ_j v_j(d) k(q, k_j)/g(q), with the column G a − G o(oᵀa)/N, is Σ_j a_j [(Gk/g)_j − mean_i (Gk/g)_i]",
                number(adjoint(value(a)) * k) / g,
                number(adjoint(a) * centred(G * k)) / g,
            ),
            argument("The right side is ⟨φ(q), u_d⟩, by linearity. Nothing was asked of q, of a_d or of N."),
            exact(
                "V_dᵀKV_e = a_dᵀ(I − 1_N)K_φ(I − 1_N)a_e",
                number(adjoint(value(a)) * K * value(a_e)),
                number(adjoint(centred(a)) * FEATURES * centred(a_e)),
            ),
            argument(
                "The right side is a_dᵀK̃a_e = ⟨u_d, u_e⟩. K̃ is symmetric, so its eigenvectors can be taken orthogonal, "
                "and with a_dᵀK̃a_d = 1 the u_d are orthonormal: h is an orthogonal projection of φ(q), and VᵀKV = I."
            ),
            exact("(I − 1_N)o = 0, tested on any a", number(adjoint(a) * centred(o)), 0),
            argument("So K̃o = 0, rank K̃ ≤ N − 1, and there are at most N − 1 components with λ_d > 0. " + DISTINCT),
        ),
    )


def mean_derivation() -> Derivation:
    """Derive B1.mean: the coefficients sum to zero, so the mean term of the values is idle."""
    length, eigenvalue = symbols("‖a‖² λ", positive=True)
    return Derivation(
        result="1ᵀa_d = 0 wherever λ_d ≠ 0, so V = GA",
        steps=(
            definition("K̃a_d = λ_dN a_d with K̃ = (I − 1_N)K_φ(I − 1_N)."),
            exact(
                "oᵀ(I − 1_N)K_φ(I − 1_N)a = 0",
                number(adjoint(o) * centred(FEATURES * centred(a))),
                0,
            ),
            argument("The left side is λ_dN oᵀa_d. So oᵀa_d = 0 unless λ_d = 0."),
            exact(
                "V_d − G a is −G o (oᵀa)/N: tested on any vector e",
                number(adjoint(e) * (value(a) - G * a)),
                -number(adjoint(e) * G * o) * number(adjoint(o) * a) / N,
            ),
            argument("At oᵀa = 0 it vanishes."),
            exact(
                "a_dᵀK̃a_d = λ_dN‖a_d‖² is 1 at ‖a_d‖² = 1/(λ_dN)",
                (eigenvalue * N * length).subs(length, 1 / (eigenvalue * N)),
                1,
            ),
        ),
    )


def centred_derivation() -> Derivation:
    """Derive B1.centred: what separates the layer from textbook kernel PCA, and the values that repair it."""
    b, (length, eigenvalue, E) = Symbol("b", real=True), symbols("‖a‖² λ E", positive=True)
    return Derivation(
        result="⟨φ(q) − φ̄, u_d⟩ = h_d(q) − b_d, b_d = (1/N)1ᵀK_φa_d, given by the values V − 1bᵀ; over the keys the "
        "repaired outputs have mean 0, variances λ_d and no correlation",
        steps=(
            exact(
                "⟨φ̄, u_d⟩ = (1/N)oᵀK_φ(I − 1_N)a = (1/N)oᵀK_φa − (oᵀK_φo)(oᵀa)/N²",
                number(adjoint(o) * FEATURES * centred(a)) / N,
                number(adjoint(o) * FEATURES * a) / N
                - number(adjoint(o) * FEATURES * o) * number(adjoint(o) * a) / N**2,
            ),
            argument("By B1.mean oᵀa_d = 0 for λ_d ≠ 0: the constant is b_d = (1/N)1ᵀK_φa_d."),
            exact(
                "the layer with V_d − b o gives its output − b, since oᵀk = g",
                (number(adjoint(value(a)) * k) - b * number(adjoint(o) * k)).subs(number(adjoint(o) * k), g) / g,
                number(adjoint(value(a)) * k) / g - b,
            ),
            exact(
                "at q = k_i: e_iᵀK_φ(I − 1_N)a − (1/N)oᵀK_φ(I − 1_N)a = e_iᵀK̃a, where e_iᵀo = 1",
                number(adjoint(e) * FEATURES * centred(a)) - number(adjoint(o) * FEATURES * centred(a)) / N,
                number(adjoint(e) * centred(FEATURES * centred(a))).subs(number(adjoint(e) * o), 1),
            ),
            argument(
                "That is λ_dN a_di. Its mean over the keys is 0 (B1.mean), and for d ≠ e the product's mean is 0, as "
                "a_d and a_e are orthogonal."
            ),
            exact(
                "(1/N)(λN)²‖a‖² = λ at ‖a‖² = 1/(λN)",
                ((eigenvalue * N) ** 2 * length / N).subs(length, 1 / (eigenvalue * N)),
                eigenvalue,
            ),
            definition("Example: N = 2, keys 0 and x; E = exp(‖x‖²/√D), g = (2, 1 + E), u_1 along φ(0) − φ(x)."),
            exact(
                "‖φ(0) − φ(x)‖² = (E + 3)(E − 1)/(4(1 + E)²), which is 4λ_1",
                Rational(1, 4) + E / (1 + E) ** 2 - 1 / (1 + E),
                (E + 3) * (E - 1) / (4 * (1 + E) ** 2),
            ),
            exact(
                "(‖φ(0)‖² − ‖φ(x)‖²)/‖φ(0) − φ(x)‖², which is |b_1|/√λ_1, is (E − 1)/(E + 3)",
                (Rational(1, 4) - E / (1 + E) ** 2) / (Rational(1, 4) + E / (1 + E) ** 2 - 1 / (1 + E)),
                (E - 1) / (E + 3),
            ),
            argument(
                "So b_1 is of the order of the scores for long keys: its share goes from 0 to 1 as ‖x‖ grows. "
                "b is 0 where K_φ1 is a multiple of 1, as for keys that a group permutes transitively, and not in "
                "general: the textbook's component and the layer's differ by a constant, the same for all queries."
            ),
        ),
    )


def any_values_derivation() -> Derivation:
    """Derive B2: every V makes the layer a projection on some vectors, so that it does is no evidence."""
    return Derivation(
        result="for any V, h_d(q) = ⟨φ(q), w_d⟩ with w_d = Σ_j g(k_j) v_j(d) φ(k_j)",
        steps=(
            definition("c_j = g(k_j) v_j(d): the column is V_d = G c, for whatever V, as G is diagonal with 1/g > 0."),
            exact(
                "Σ_j v_j(d) k(q, k_j)/g(q) = cᵀ(Gk/g)",
                number(adjoint(G * c) * k) / g,
                number(adjoint(c) * (G * k)) / g,
            ),
            argument("The right side is ⟨φ(q), Σ_j c_j φ(k_j)⟩. V ↦ (w_d) is linear. " + DISTINCT),
            argument(
                "So V ↦ (w_d) is a bijection of the N × D_v matrices on the D_v-tuples of vectors in span φ(k_j): the "
                "identity excludes no V, and no measurement of a trained layer can fail it."
            ),
            exact(
                "‖w‖² = cᵀK_φc is V_dᵀKV_d",
                number(adjoint(c) * FEATURES * c),
                number(adjoint(G * c) * K * (G * c)),
            ),
            exact(
                "Σ_j c_j(φ(k_j) − φ̄) has the coefficients c − o(oᵀc)/N, which is c where oᵀc = 0: tested on any e",
                number(adjoint(e) * centred(c)).subs(number(adjoint(o) * c), 0),
                number(adjoint(e) * c),
            ),
            argument(
                "What would be evidence asks more: w_d in the span of the centred keys iff Σ_j g(k_j) v_j = 0 (distinct"
                " keys), orthonormal iff VᵀKV = I, and principal iff K̃c_d is a multiple of c_d with the top values."
            ),
        ),
    )


def sequence(keys: Sequence[Sequence[Number]], queries: Sequence[Sequence[Number]]) -> tuple[Tokens, Tokens]:
    """Return both as tokens of one dimension; ``ValueError`` if they are not. Worked value: keys 0, 1 and query 2."""
    known = tokens(keys, "keys")
    return known, tokens(queries, "queries", dimension=len(known[0]))


def projections(queries: Sequence[Sequence[Number]], keys: Sequence[Sequence[Number]], count: int) -> list[list[arb]]:
    r"""Return $\langle\phi(q), u_d\rangle$ for every query and d = 1 … ``count``, up to one sign for each d.

    Errors: ``ValueError`` for tokens of different dimensions or not finite, fewer than 2 keys, a count outside
    1 … N − 1, equal eigenvalues. Source: arXiv:2406.13762 (reconstruction of the construction).
    Worked value: keys 0 and 1 in D = 1, query 0: ±0.274.
    """
    known, asked = sequence(keys, queries)
    found = components(known, count)
    with ctx.workprec(_BITS):
        rows = [feature_products(query, known) for query in asked]
        return [
            [dot(vector, row) - total(vector) * total(row) / len(known) for vector in found.coefficients]
            for row in rows
        ]


def constants(keys: Sequence[Sequence[Number]], count: int) -> list[arb]:
    """Return b_d = (1/N)1ᵀK_φa_d, d = 1 … ``count``, up to sign; errors as ``projections``.

    Source: derived here. Worked value: keys 0 and 1 in D = 1: ±0.0633.
    """
    known = tokens(keys, "keys")
    found = components(known, count)
    with ctx.workprec(_BITS):
        sums = [total(row) for row in gram(known).features]
        return [dot(sums, vector) / len(known) for vector in found.coefficients]


def variances(keys: Sequence[Sequence[Number]], count: int) -> list[arb]:
    """Return λ_1 … λ_count of K̃/N; errors as ``projections``. Worked value: keys 0 and 1 in D = 1: 0.0444."""
    return components(tokens(keys, "keys"), count).eigenvalues


def any_values(
    queries: Sequence[Sequence[Number]], keys: Sequence[Sequence[Number]], values: Sequence[Sequence[Number]]
) -> list[list[arb]]:
    r"""Return $\langle\phi(q), w_d\rangle$ with $w_d = \sum_j g(k_j) v_j(d) \phi(k_j)$ for every query and column of V.

    Errors: ``ValueError`` for tokens of different dimensions, not finite, or not a value for every key.
    Source: derived here. Worked value: equal rows of V give that row, 1 for V = (1, 1).
    """
    known, asked = sequence(keys, queries)
    if len(values) != len(known):
        raise ValueError(f"there must be a value for every key, not {len(values)} for {len(known)}")
    rows = [balls(row, "values") for row in values]
    if len({len(row) for row in rows}) != 1:
        raise ValueError("all values must have the same length D_v")
    with ctx.workprec(_BITS):
        sums = gram(known).sums
        weights = [[size * x for x in row] for size, row in zip(sums, rows, strict=True)]
        return [
            [dot(column, products) for column in zip(*weights, strict=True)]
            for products in (feature_products(query, known) for query in asked)
        ]


def squared_length(token: Sequence[Number], keys: Sequence[Sequence[Number]]) -> arb:
    r"""Return $\lVert\phi(q)\rVert^2 = \exp(\lVert q\rVert^2/\sqrt D)/g(q)^2$; errors as ``projections``.

    Worked value: keys 0 and 1 in D = 1, query 0: 1/4.
    """
    known, (query,) = sequence(keys, [token])
    with ctx.workprec(_BITS):
        return kernel(query, query) / total([kernel(query, key) for key in known]) ** 2
