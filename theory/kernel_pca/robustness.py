"""What cutting the keys of symmetric attention to ±t bounds, the weights, and what it does not, the output."""

from flint import arb
from sympy import Expr, symbols

from ..derivation import Derivation, argument, definition, exact
from ..exact import Number, count, enclosed, rational

E, N = symbols("E N", positive=True)
"""E = exp(√D t²), N the number of tokens."""

LARGEST: Expr = 1 / (1 + (N - 1) / E**2)
LEAST: Expr = 1 / (1 + (N - 1) * E**2)
"""Between these every attention weight lies, as E is at least the exponential of every |score|."""


def derivation() -> Derivation:
    """Derive the two bounds of the weights and the growth of the output with the size of one token."""
    M, v, w = symbols("M v w", positive=True)
    return Derivation(
        result="1/(1 + (N−1)E²) ≤ w ≤ 1/(1 + (N−1)/E²); ‖h‖ ≥ w(M + v) − v if a value has norm M, others at most v",
        steps=(
            definition(
                "Queries and keys have D entries between −t and t; scores are q·k/√D, weights their softmax over N "
                "keys; E = exp(√D t²)"
            ),
            argument("|q·k| ≤ D t², so every exponential of a score lies between 1/E and E."),
            argument("A weight x/(x + y) grows in its own exponential x and falls in the sum y of the N − 1 others."),
            exact("E/(E + (N − 1)/E) = 1/(1 + (N − 1)/E²)", E / (E + (N - 1) / E), LARGEST),
            exact("(1/E)/(1/E + (N − 1) E) = 1/(1 + (N − 1)E²)", (1 / E) / (1 / E + (N - 1) * E), LEAST),
            exact("at E = 1 both are 1/N", LARGEST.subs(E, 1), LEAST.subs(E, 1)),
            argument(
                "Values are not cut. With the value M z, ‖z‖ = 1, of weight w and the others of norm at most v: "
                "‖h‖ ≥ w M − (1 − w) v by the triangle inequality."
            ),
            exact("w M − (1 − w) v = w(M + v) − v", w * M - (1 - w) * v, w * (M + v) - v),
            argument(
                "That grows in w, and w ≥ LEAST > 0: the output grows without bound in M, whatever the threshold."
            ),
        ),
    )


def _exponential(dimension: int, threshold: Number) -> arb:
    t = rational(threshold, "threshold")
    if t <= 0:
        raise ValueError(f"threshold must be positive, not {threshold}")
    return (2 * arb(count(dimension, "dimension")).sqrt() * enclosed(t * t)).exp()


def largest_weight(tokens: int, dimension: int, threshold: Number) -> arb:
    """Return 1/(1 + (N − 1) exp(−2√D t²)), which no weight exceeds.

    ``ValueError`` for counts below 1 and a threshold that is not positive. Worked value: N = 2, D = 1, t = 1:
    1/(1 + e⁻²) = 0.8808.
    """
    return 1 / (1 + (count(tokens, "tokens") - 1) / _exponential(dimension, threshold))


def least_weight(tokens: int, dimension: int, threshold: Number) -> arb:
    """Return 1/(1 + (N − 1) exp(2√D t²)), below which no weight is. Errors as ``largest_weight``.

    Worked value: N = 2, D = 1, t = 1: 0.1192.
    """
    return 1 / (1 + (count(tokens, "tokens") - 1) * _exponential(dimension, threshold))


def least_output(tokens: int, dimension: int, threshold: Number, size: Number, others: Number) -> arb:
    """Return w(M + v) − v at the least weight w: no output is shorter if one value has norm M, the others at most v.

    ``ValueError`` as ``largest_weight``, and for a size or ``others`` below 0. Worked value: N = 1, M = 2: 2.
    """
    numbers = [rational(size, "size"), rational(others, "others")]
    if min(numbers) < 0:
        raise ValueError(f"norms must not be negative, not {min(numbers)}")
    big, rest = map(enclosed, numbers)
    return least_weight(tokens, dimension, threshold) * (big + rest) - rest
