"""What common mistakes make of ⟨φ(q), u_d⟩: predictions for the mutants of this family's identities."""

import numpy as np

from theory.kernel_pca import self_attention as theory
from theory.kernel_pca.feature_space import (
    components,
    dot,
    doubly_centred,
    feature_products,
    gram,
    kernel,
    principal,
    tokens,
    total,
)


def of_products(change):
    """Return the projections (Q, r) that the coefficients give with other products than ⟨φ(q), φ(k_j)⟩."""

    def wrong(queries, keys, count):
        known, found = tokens(keys, "keys"), components(tokens(keys, "keys"), count)
        rows = [change(query, known) for query in tokens(queries, "queries")]
        return [[dot(vector, row) for vector in found.coefficients] for row in rows]

    return wrong


def of_components(change):
    """Return the projections with each component's multiplied by a function of λ_d and N."""

    def wrong(queries, keys, count):
        factors = [change(value, len(keys)) for value in theory.variances(keys, count)]
        return [[h * f for h, f in zip(row, factors, strict=True)] for row in theory.projections(queries, keys, count)]

    return wrong


def shifted_by(shift):
    """Return the projections minus a number for each component that depends on the keys alone."""

    def wrong(queries, keys, count):
        shifts = shift(keys, count)
        return [[h - s for h, s in zip(row, shifts, strict=True)] for row in theory.projections(queries, keys, count)]

    return wrong


def mean_values(keys, count):
    """Return the mean over the keys of each column of GA, which is not what V subtracts."""
    known = tokens(keys, "keys")
    sums = gram(known).sums
    return [
        total([x / size for x, size in zip(vector, sums, strict=True)]) / len(known)
        for vector in components(known, count).coefficients
    ]


def raw_kernel(queries, keys, count):
    """Return the projections on the components of K in place of K_φ."""
    known = tokens(keys, "keys")
    found = principal(doubly_centred(gram(known).raw), count)
    rows = [feature_products(query, known) for query in tokens(queries, "queries")]
    return [[dot(vector, row) for vector in found.coefficients] for row in rows]


def no_root(call):
    """Return what a function of queries and keys gives with exp(x·y), without 1/√D."""

    def wrong(queries, keys, *others):
        factor = len(keys[0]) ** 0.25
        return call((factor * np.array(queries)).tolist(), (factor * np.array(keys)).tolist(), *others)

    return wrong


def g_inside(query, known):
    """Return k(q, k_j)/g(k_j)²: the key's own sum in place of the query's."""
    return [kernel(query, key) / size**2 for key, size in zip(known, gram(known).sums, strict=True)]


def not_normalised(query, known):
    """Return k(q, k_j)/g(k_j): φ_0(q) in place of φ(q)."""
    return [kernel(query, key) / size for key, size in zip(known, gram(known).sums, strict=True)]
