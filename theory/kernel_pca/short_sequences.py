"""The kernel of short sequences of rational keys, by ball arithmetic: what predictions at given keys are made of."""

from collections.abc import Sequence

from flint import arb, fmpq, fmpq_mat

from ..exact import Number, vector
from .feature_space import doubly_centred

Keys = Sequence[Sequence[Number]]


def scores(keys: Keys) -> list[list[arb]]:
    """Return exp(k_i·k_j/√D) of N ≥ 2 keys of D entries; ``ValueError`` for fewer, other lengths, not finite ones.

    Worked value: the keys 0 and 1 (D = 1) give ((1, 1), (1, e)).
    """
    if len(keys) < 2:
        raise ValueError(f"a sequence has N ≥ 2 keys, not {len(keys)}")
    rows = [vector(key, "key", length=len(keys[0])) for key in keys]
    root = arb(len(rows[0])).sqrt()
    known = fmpq_mat([[fmpq(x.numerator, x.denominator) for x in row] for row in rows])
    products = known * known.transpose()
    n = len(rows)
    return [[(arb(products[i, j]) / root).exp() for j in range(n)] for i in range(n)]


def sums(keys: Keys) -> list[arb]:
    """Return g(k_j) = Σ_i exp(k_i·k_j/√D), length N. Errors as ``scores``. Worked value: keys 0, 1: 2 and 1 + e."""
    return [sum(row, arb(0)) for row in scores(keys)]


def centred(keys: Keys) -> list[list[arb]]:
    """Return K̃, N × N: exp(k_i·k_j/√D)/(g(k_i)g(k_j)) less the means of rows and columns. Errors as ``scores``.

    Worked value: keys 0, 1 give ±(1/4 − 1/(1 + e) + e/(1 + e)²)/4 = ±0.0444.
    """
    raw, g = scores(keys), sums(keys)
    return doubly_centred([[x / (p * q) for x, q in zip(row, g, strict=True)] for row, p in zip(raw, g, strict=True)])


def traces(keys: Keys) -> tuple[arb, arb]:
    """Return tr K̃ and tr K̃². Errors as ``scores``. Worked value: keys 0, 1: 0.0888 and its square."""
    gram = centred(keys)
    return sum((gram[i][i] for i in range(len(gram))), arb(0)), sum((x * x for row in gram for x in row), arb(0))
