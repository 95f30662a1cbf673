"""The law of ranks, by which two samplers of one law are compared without knowing it."""

from fractions import Fraction
from math import inf, nextafter

from ..exact import count


def rank_law(among: int) -> dict[float, Fraction]:
    """Return P(R ≤ x), R the rank of a number ``among`` k others, at the atoms 0, …, k and just below them.

    If all k + 1 are independent and of one law without atoms, R, the number of those below, is uniform on 0, …, k.
    Errors: ``ValueError`` if k < 1. Source: derived in ``bidiagonal``. Worked value: among 1 other it is 1/2 at 0, 1/2
    just below 1, and 1 at 1.
    """
    law = {}
    for rank in range(count(among, "number of others k") + 1):
        law[nextafter(rank, -inf)] = Fraction(rank, among + 1)
        law[float(rank)] = Fraction(rank + 1, among + 1)
    return law
