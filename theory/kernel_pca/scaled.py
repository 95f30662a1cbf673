r"""Scaled attention (B10): the values (I − S)GA, exactly, and what a mixer S that is learned can represent."""

from collections.abc import Sequence

from flint import arb, ctx
from sympy import Symbol, adjoint

from ..derivation import Derivation, argument, definition, exact
from ..exact import Number, count
from ..words import matrix, scalar, vector
from .feature_space import _BITS, balls, components, dot, feature_products, gram, tokens, total
from .self_attention import N, a, e, number, o, sequence, value


def derivation() -> Derivation:
    """Derive B10: S = G1_NG⁻¹ gives the values of kernel PCA, and so does S = 0."""
    G, H = matrix("G", symmetric=True), matrix("H", symmetric=True)
    b, c = vector("b"), vector("c")
    inverse = {scalar(adjoint(o) * o): N}

    def mixed(column):
        """Return S applied to a column for S = G 1_N H."""
        return G * o * (adjoint(o) * H * column) / N

    return Derivation(
        result="V = (I − S)GA with S = G1_NG⁻¹ is V = GA − G1_NA; S² = S of rank 1; at 1ᵀA = 0, SGA = 0",
        steps=(
            definition(
                "H = G⁻¹ is the diagonal matrix of g(k_j), S = G1_NH: S_ij = g(k_j)/(N g(k_i)). b = Ga is a column of "
                "GA, so that Hb = a."
            ),
            exact(
                "(I − S)b is the column of GA − G1_NA, tested on any e, where oᵀHb = oᵀa",
                number(adjoint(e) * (b - mixed(b))).subs(
                    {
                        scalar(adjoint(o) * H * b): scalar(adjoint(o) * a),
                        scalar(adjoint(e) * b): scalar(adjoint(e) * G * a),
                    }
                ),
                number(adjoint(e) * value(a)),
            ),
            exact(
                "S²x = Sx, tested on any e, where HGo = o",
                number(adjoint(e) * mixed(mixed(c))).subs(scalar(adjoint(o) * H * G * o), N).subs(inverse),
                number(adjoint(e) * mixed(c)),
            ),
            exact(
                "where oᵀa = 0 the mixed part of eᵀV is 0",
                number(adjoint(e) * (G * a - value(a))).subs(number(adjoint(o) * a), 0),
                0,
            ),
            argument(
                "By B1.mean 1ᵀa_d = 0 for λ_d ≠ 0. So SGA = 0: with the coefficients of kernel PCA the mixer "
                "S = G1_NG⁻¹ has nothing to do, and S = 0 gives the same layer. It matters for other A only."
            ),
            argument(
                "S depends on the sequence through g. It is constant over sequences only if the quotients "
                "g(k_j)/g(k_i) are."
            ),
        ),
    )


def mixer_derivation() -> Derivation:
    """Derive what a free mixer represents: for one sequence everything, for many what a counting allows."""
    B, V, M, G, H, P = (matrix(name) for name in ("B", "V", "M", "G", "H", "P"))
    c, d, r = vector("c"), vector("e"), Symbol("r", positive=True)
    return Derivation(
        result="a free S reaches every V for one sequence if GA has full column rank D_v; the S that are exact for m "
        "sequences at once have N(N − rank[B_1 … B_m]) dimensions",
        steps=(
            definition("B = GA, N × D_v, for one sequence; S any N × N matrix; P a left inverse of B, PB = I."),
            exact(
                "S = I − VP: B − SB = V(PB), tested on any e, c",
                scalar((adjoint(d) * (B - (1 - V * P) * B) * c).expand()),
                scalar(adjoint(d) * V * P * B * c),
            ),
            argument(
                "B has a left inverse iff its rank is D_v, as it is for the coefficients of D_v components (a_d are "
                "orthogonal and not 0, G is invertible). Then {(I − S)B : S} is all N × D_v matrices: with S free, the "
                "form (I − S)GA says nothing about V for one sequence. In general it is {CB} = {V : ker B ⊂ ker V}."
            ),
            exact(
                "S = I − MH: G − SG = M(HG), tested on any e, c",
                scalar((adjoint(d) * (G - (1 - M * H) * G) * c).expand()),
                scalar(adjoint(d) * M * H * G * c),
            ),
            argument(
                "With A = XW learned as well: since HG = I, (I − S)G is any M as S is free, and {(I − S)GXW} = {MXW} "
                "with M a free N × N matrix that acts on tokens, for one sequence. The centring of kernel PCA (M = "
                "G(I − 1_N)) and plain attention (M = I, S = I − G⁻¹) are two of its members; nothing prefers the "
                "first."
            ),
            definition(
                "One S for m sequences, as a learned parameter is: B_i = G_iA_i, 𝐁 = [B_1 … B_m], N × mD_v, rank r."
            ),
            argument(
                "(I − S)B_i = V_i for all i is (I − S)𝐁 = [V_1 … V_m], solvable for every right side iff r = mD_v, "
                "which needs mD_v ≤ N. Beyond that a shared mixer does constrain the values."
            ),
            argument(
                "The exact values are V_i = B_i (1ᵀA_i = 0). S is exact for all m iff S𝐁 = 0: every row of S lies in "
                "the left kernel of 𝐁, of the dimension N − r."
            ),
            exact("N rows, each free in N − r dimensions: N² − Nr", N * (N - r), N**2 - N * r),
            argument("r ≤ min(N, mD_v). That drawn sequences reach it is observed, not derived."),
            argument(
                "So when the sequences' B_i span ℝ^N, r = N, the one shared mixer that is exact for all is S = 0. "
                "A learned S ≠ 0 is then not the mixer of kernel PCA, and one that differs from 0 on span 𝐁 changes "
                "the output of exact coefficients. A better trained loss with S than without is evidence for the "
                "mixer M, to be compared with a free mixer of as many parameters, not for kernel PCA."
            ),
        ),
    )


def projections(
    queries: Sequence[Sequence[Number]], keys: Sequence[Sequence[Number]], count: int, *, transposed: bool = False
) -> list[list[arb]]:
    r"""Return Σ_j ⟨φ(q), φ(k_j)⟩ g(k_j) [(I − S)GA]_jd for every query, with S = G1_NG⁻¹, or Sᵀ if ``transposed``.

    Errors: as ``self_attention.projections``, which it equals if not ``transposed``. Source: arXiv:2406.13762
    (reconstruction). Worked value: keys 0 and 1 in D = 1, query 0: ±0.274.
    """
    known, asked = sequence(keys, queries)
    found = components(known, count)
    n, sums = len(known), gram(known).sums
    with ctx.workprec(_BITS):
        scaled = [[x / size for x, size in zip(column, sums, strict=True)] for column in found.coefficients]
        # S x has the entries (1/N) Σ_j g_j x_j / g_i, Sᵀ x has g_i (1/N) Σ_j x_j / g_j
        if transposed:
            mixed = [
                [size * total([x / s for x, s in zip(column, sums, strict=True)]) / n for size in sums]
                for column in scaled
            ]
        else:
            mixed = [[dot(column, sums) / (n * size) for size in sums] for column in scaled]
        values = [[x - y for x, y in zip(column, mix, strict=True)] for column, mix in zip(scaled, mixed, strict=True)]
        weights = [[x * size for x, size in zip(column, sums, strict=True)] for column in values]
        return [[dot(column, row) for column in weights] for row in (feature_products(q, known) for q in asked)]


def mixer(keys: Sequence[Sequence[Number]]) -> list[list[arb]]:
    """Return S = G1_NG⁻¹ with the entries g(k_j)/(N g(k_i)); ``ValueError`` as ``gram``.

    Worked value: keys 0 and 1 in D = 1: S_12 = (1 + e)/4 = 0.930.
    """
    sums = gram(tokens(keys, "keys")).sums
    with ctx.workprec(_BITS):
        return [[other / (len(sums) * size) for other in sums] for size in sums]


def centred_column(keys: Sequence[Sequence[Number]], column: Sequence[Number]) -> list[arb]:
    """Return Ga − G1_Na for any a, (N,), whose entries need not sum to 0; errors as ``mixer``, and for another length.

    Source: derived here. Worked value: keys 0 and 1 in D = 1, a = (1, 0): 1/4 and −1/(2 + 2e).
    """
    sums, entries = gram(tokens(keys, "keys")).sums, balls(column, "column")
    if len(entries) != len(sums):
        raise ValueError(f"the column must have an entry for every key, not {len(entries)} for {len(sums)}")
    with ctx.workprec(_BITS):
        mean = total(entries) / len(sums)
        return [(x - mean) / size for x, size in zip(entries, sums, strict=True)]


def exact_mixers(n: int, width: int, sequences: int) -> int:
    """Return N(N − r), r = min(N, mD_v): how many dimensions the mixers have that are exact for m generic sequences.

    Errors: ``ValueError`` unless all are counts and D_v ≤ N − 1. Source: derived here.
    Worked value: N = 8, D_v = 3, m = 2: 16; from m = 3 on it is 0, and S = 0 alone is exact.
    """
    size, columns, many = count(n, "N"), count(width, "D_v"), count(sequences, "number of sequences")
    if columns > size - 1:
        raise ValueError(f"D_v must be at most N − 1 = {size - 1}, not {columns}")
    return size * (size - min(size, columns * many))
