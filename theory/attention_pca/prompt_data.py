"""Prompts as data: exact rationals, and the top eigenvalues that the risk trained on them is compared with."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flint import arb, fmpq, fmpq_mat

from .. import exact as exactly
from ..exact import Number

Tokens = Sequence[Sequence[Number]]


def token_matrices(prompts: Sequence[Tokens]) -> list[fmpq_mat]:
    """Return X_p, shape (d, n), of prompts with n tokens of d entries each, exactly.

    Errors: ``ValueError`` if there is no prompt, for an entry that is not finite, and if shapes differ. Worked value:
    one prompt of the one token (1, 2) gives the column (1, 2).
    """
    rows = [[exactly.vector(token, "token") for token in tokens] for tokens in prompts]
    shapes = {(len(tokens), *{len(token) for token in tokens}) for tokens in rows}
    if len(shapes) != 1 or len(next(iter(shapes))) != 2:
        raise ValueError("prompts must hold the same number of tokens, at least one, all of the same dimension d ≥ 1")
    return [fmpq_mat([[_flint(entry) for entry in token] for token in tokens]).transpose() for tokens in rows]


def covariances(prompts: Sequence[Tokens]) -> list[fmpq_mat]:
    """Return Σ_p = X_pX_pᵀ/n, shape (d, d), exactly. Errors as ``token_matrices``. Worked value: X = (2) gives (4)."""
    return [X * X.transpose() / fmpq(X.ncols()) for X in token_matrices(prompts)]


def mean_trace(prompts: Sequence[Tokens]) -> Fraction:
    """Return the mean of tr Σ_p, exactly. Errors as ``token_matrices``. Worked value: X = (2) gives 4."""
    matrices = covariances(prompts)
    total = sum((S[i, i] for S in matrices for i in range(S.nrows())), fmpq(0)) / len(matrices)
    return Fraction(int(total.p), int(total.q))


def top_eigenvalue(matrix: fmpq_mat) -> arb:
    """Return a ball with the largest eigenvalue of a matrix of which all are real. Worked value: (4) gives 4."""
    roots: list[Any] = matrix.charpoly().complex_roots()
    largest: arb = max((root.real for root, _ in roots), key=lambda root: float(root.mid()))
    return largest


def pencil_top(prompts: Sequence[Tokens]) -> arb:
    """Return a ball with the top generalised eigenvalue of (Σ_p Σ_p², Σ_p Σ_p).

    Errors as ``token_matrices``, and ``ValueError`` if Σ_p Σ_p is singular. Worked value: X = (2) gives 4.
    """
    matrices = covariances(prompts)
    total = sum(matrices[1:], matrices[0])
    if total.rank() < total.nrows():
        raise ValueError("the sum of the covariances must be positive definite: too few tokens, or dependent ones")
    squares = [S * S for S in matrices]
    return top_eigenvalue(total.inv() * sum(squares[1:], squares[0]))


def _flint(number: Fraction) -> fmpq:
    return fmpq(number.numerator, number.denominator)
