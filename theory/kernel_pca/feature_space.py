r"""The feature space of softmax attention in ball arithmetic: Gram matrices of keys and their kernel PCA.

$k(x, y) = \exp(x\cdot y/\sqrt D) = \langle\phi_0(x), \phi_0(y)\rangle$, $g(x) = \sum_j k(x, k_j)$ and
$\phi = \phi_0/g$. Everything is evaluated from these definitions, by inner products alone: no attention layer is here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from flint import acb, acb_mat, arb, ctx

from ..exact import Number, enclosed, rational

Token = tuple[Number, ...]
Tokens = tuple[Token, ...]

_BITS = 256  # kernels lose few digits; this isolates eigenvalues that agree to fifty


@dataclass(frozen=True)
class Gram:
    """Balls of the N keys: K, g(k_j) in a list, K_φ = GKG, and K̃, which is K_φ centred on both sides."""

    raw: list[list[arb]]
    sums: list[arb]
    features: list[list[arb]]
    centred: list[list[arb]]


@dataclass(frozen=True)
class Components:
    """The leading r components: λ_d of K̃/N, descending, and the vectors a_d with K̃a_d = λ_dNa_d and a_dᵀK̃a_d = 1."""

    eigenvalues: list[arb]
    coefficients: list[list[arb]]


def tokens(values: Sequence[Sequence[Number]], name: str, *, dimension: int | None = None) -> Tokens:
    """Return tokens as tuples; ``ValueError`` unless there are some, of one dimension D ≥ 1 (the given one), finite."""
    found = tuple(tuple(rational(x, f"{name}[{i}][{j}]") for j, x in enumerate(t)) for i, t in enumerate(values))
    if not found or not found[0]:
        raise ValueError(f"{name} must be a list of at least one token with at least one entry")
    wanted = len(found[0]) if dimension is None else dimension
    if any(len(token) != wanted for token in found):
        raise ValueError(f"all {name} must have the dimension D = {wanted}")
    return found


def kernel(x: Token, y: Token) -> arb:
    """Return k(x, y) = exp(x·y/√D). Worked value: D = 4, x = y = (1, 1, 1, 1): e² = 7.389."""
    with ctx.workprec(_BITS):
        product = sum((rational(a, "x") * rational(b, "y") for a, b in zip(x, y, strict=True)), start=rational(0, "0"))
        return (enclosed(product) / arb(len(x)).sqrt()).exp()


@lru_cache(maxsize=256)
def gram(keys: Tokens) -> Gram:
    """Return the Gram matrices of N ≥ 2 keys; ``ValueError`` for fewer. Worked value: keys 0, 1: g = (2, 1 + e)."""
    n = len(keys)
    if n < 2:
        raise ValueError(f"kernel PCA needs N ≥ 2 keys, there must be more than {n}")
    with ctx.workprec(_BITS):
        raw = [[kernel(x, y) for y in keys] for x in keys]
        sums = [total(row) for row in raw]
        features = [[raw[i][j] / (sums[i] * sums[j]) for j in range(n)] for i in range(n)]
        return Gram(raw, sums, features, doubly_centred(features))


def doubly_centred(square: list[list[arb]]) -> list[list[arb]]:
    """Return (I − 1_N) M (I − 1_N) of a symmetric M. Worked value: M = I, N = 2: ((1/2, −1/2), (−1/2, 1/2))."""
    n = len(square)
    with ctx.workprec(_BITS):
        means = [total(row) / n for row in square]
        mean = total(means) / n
        return [[square[i][j] - means[i] - means[j] + mean for j in range(n)] for i in range(n)]


def feature_products(query: Token, keys: Tokens) -> list[arb]:
    """Return ⟨φ(q), φ(k_j)⟩ = k(q, k_j)/(g(q) g(k_j)) for every key; q = 0, keys 0, 1: 1/4, 1/(2 + 2e)."""
    with ctx.workprec(_BITS):
        row = [kernel(query, key) for key in keys]
        return [number / (total(row) * size) for number, size in zip(row, gram(keys).sums, strict=True)]


@lru_cache(maxsize=256)
def components(keys: Tokens, count: int) -> Components:
    """Return the ``count`` leading components of the keys in feature space, from eigenvectors enclosed with proof.

    Errors: ``ValueError`` for a count outside 1 … N − 1, fewer than 2 keys, and where eigenvalues cannot be told apart
    (equal keys, or a symmetric arrangement). Worked value: keys 0, 1 in D = 1: λ_1 = 0.0444.
    """
    n = len(keys)
    if not isinstance(count, int) or not 1 <= count <= max(n - 1, 1):
        raise ValueError(f"of N keys there must be 1 to N − 1 components, not {count} of N = {n}")
    return principal(gram(keys).centred, count)


def principal(centred: list[list[arb]], count: int) -> Components:
    """Return the leading components of any centred kernel; errors as ``components``."""
    n = len(centred)
    with ctx.workprec(_BITS):
        try:
            values, vectors = acb_mat(centred).eig(right=True)
        except ValueError:
            raise ValueError("the centred kernel must have simple eigenvalues") from None
        order = sorted(range(n), key=lambda i: -float(values[i].real.mid()))[:count]
        if not all(values[i].real > 0 for i in order):
            raise ValueError(f"the centred kernel must have {count} positive eigenvalues")
        top = [values[i].real for i in order]
        unit = [_unit([vectors[row, i] for row in range(n)]) for i in order]
        return Components(
            [value / n for value in top],
            [[x / value.sqrt() for x in vector] for value, vector in zip(top, unit, strict=True)],
        )


def _unit(vector: list[acb]) -> list[arb]:
    """Return a real unit vector: an eigenvector of a real symmetric matrix, found up to a complex factor."""
    pivot = max(vector, key=lambda x: float(abs(x).mid()))
    real = [(x / pivot).real for x in vector]
    length = total([x * x for x in real]).sqrt()
    return [x / length for x in real]


def total(numbers: Sequence[arb]) -> arb:
    """Return the sum of balls. Worked value: of none it is 0."""
    return sum(numbers, start=arb(0))


def dot(first: Sequence[arb], second: Sequence[arb]) -> arb:
    """Return Σ_j x_j y_j of as many balls. Worked value: of (1, 2) and (3, 4) it is 11."""
    return total([x * y for x, y in zip(first, second, strict=True)])


def balls(values: Sequence[Number], name: str) -> list[arb]:
    """Return rationals or floats as balls; ``ValueError`` for what is not finite. Worked value: 1/3 is 0.333…."""
    with ctx.workprec(_BITS):
        return [enclosed(rational(x, name)) for x in values]
