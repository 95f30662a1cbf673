"""Projected stochastic gradient ascent of ‖o(q)‖² on the sphere, in d dimensions: every step sees fresh tokens."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .measured import EPS, Measured
from .prompts import Array, finite_array, positive_count
from .signal_attention import square_and_gradient
from .signal_tokens import LATENTS, count_of_tokens, drawn_signal_tokens

_ENTRIES = 2**22  # coordinates of tokens at a time, 32 MB an array; a single run takes what it takes


@dataclass(frozen=True)
class Tokens:
    """M informative tokens θ s u + z and K nuisance tokens z in d dimensions, seen at the inverse temperature β.

    Errors: ``ValueError`` for M or K < 0 or both 0, d < 1, θ or β not finite, θ < 0 (that is −u for u), β ≤ 0 (β < 0
    is −q for q, 0 has the gradient 0), an unknown latent sign.
    Source: arXiv:2606.22406 (reconstruction). Worked value: M = 1, K = 2 gives N = 3.
    """

    informative: int
    nuisance: int
    dimension: int
    strength: float
    inverse_temperature: float
    latent: str = "rademacher"

    def __post_init__(self) -> None:
        count_of_tokens(self.informative, self.nuisance)
        positive_count(self.dimension, "dimension d")
        for name, number in (("strength θ", self.strength), ("inverse temperature β", self.inverse_temperature)):
            if not np.isfinite(number):
                raise ValueError(f"{name} must be finite, not {number}")
        if self.strength < 0 or self.inverse_temperature <= 0:
            raise ValueError(f"there must be θ ≥ 0 and β > 0, not {self.strength} and {self.inverse_temperature}")
        if self.latent not in LATENTS:
            raise ValueError(f"unknown latent sign {self.latent!r}; there are {', '.join(LATENTS)}")

    @property
    def count(self) -> int:
        """N = M + K."""
        return count_of_tokens(self.informative, self.nuisance)

    def drawn(self, rng: np.random.Generator, n: int) -> Array:
        """Return n fresh stacks of tokens, shape (n, N, d), u the first axis."""
        counts = self.informative, self.nuisance, self.dimension
        return drawn_signal_tokens(rng, n, *counts, self.strength, self.latent)


def step_sizes(first: float, exponent: float, steps: int, offset: float = 0.0) -> Array:
    """Return the steps η_t = c (t_0 + t)^{−α} for t = 1, …, T, shape (T,); α = 0 is a constant step.

    ``offset``: t_0. Errors: ``ValueError`` unless c > 0, α ≥ 0 and t_0 ≥ 0 are finite and T ≥ 1. Source:
    arXiv:2606.22406 (reconstruction). Worked value: c = 1, α = 1, T = 2 gives (1, 1/2).
    """
    if not (np.isfinite(first) and first > 0):
        raise ValueError(f"the first step c must be positive and finite, not {first}")
    if not (np.isfinite(exponent) and exponent >= 0):
        raise ValueError(f"the exponent α must be finite and at least 0, not {exponent}")
    if not (np.isfinite(offset) and offset >= 0):
        raise ValueError(f"the offset t_0 must be finite and at least 0, not {offset}")
    times = offset + np.arange(1, positive_count(steps, "number of steps T") + 1, dtype=float)
    sizes: Array = first * times**-exponent
    return sizes


def projected(queries: ArrayLike) -> Array:
    """Return the unit vectors along the rows, (n, d); ``ValueError`` for a zero row or what is not finite.

    Worked value: (3, 4) becomes (0.6, 0.8).
    """
    rows = finite_array(queries, "queries", 2)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    if not (lengths > 0).all():
        raise ValueError("a query must not be zero: it has no direction")
    unit: Array = rows / lengths
    return unit


def gradients(rng: np.random.Generator, queries: Array, tokens: Tokens) -> Array:
    """Return the Euclidean gradient of ‖o(q)‖² at each query, (n, d), on N fresh tokens each.

    Errors: as ``square_and_gradient``. Worked value: one token alone is the output whatever q is: 0.
    """
    return square_and_gradient(queries, tokens.drawn(rng, len(queries)), tokens.inverse_temperature)[1]


def ascend(rng: np.random.Generator, queries: ArrayLike, tokens: Tokens, sizes: ArrayLike) -> Array:
    """Return the queries, (n, d), after a step of each of the sizes: q + η times the gradient, then normalised.

    The starts, (n, d), are brought to the sphere first; n runs, independent. Errors: ``ValueError`` for a zero query,
    another dimension, steps that are negative or not finite. Source: arXiv:2606.22406 (reconstruction).
    Worked value: the step 0 changes nothing.
    """
    q = projected(queries)
    if q.shape[1] != tokens.dimension:
        raise ValueError(f"queries must be (n, {tokens.dimension}), as the tokens are, not {q.shape}")
    steps = known_sizes(sizes)
    each = max(1, _ENTRIES // (tokens.count * tokens.dimension))
    for begin in range(0, len(q), each):
        runs = q[begin : begin + each]
        for size in steps:
            runs = projected(runs + size * gradients(rng, runs, tokens))
        q[begin : begin + each] = runs
    return q


def known_sizes(sizes: ArrayLike) -> Array:
    """Return the step sizes, (T,); ``ValueError`` if there is none, or one is negative or not finite."""
    steps = finite_array(sizes, "step sizes", 1)
    if steps.min() < 0:
        raise ValueError(f"step sizes must not be negative, as {steps.min():g} is")
    return steps


def gradient_parts(queries: Array, gradient: Array) -> tuple[Array, Array, Array]:
    """Return the gradient along q, along u⊥ = (u − mq)/√(1 − m²), and the norm of its rest, (n,) each; u = e_1.

    ``queries``: unit vectors, (n, d); ``ValueError`` for one along u, where u⊥ is none.
    Worked value: q = e_2, gradient (3, 4, 5) gives 4, 3 and 5.
    """
    m = queries[:, 0]
    across = -m[:, None] * queries
    across[:, 0] += 1
    across = projected(across)
    along_q, along_across = (np.einsum("nd,nd->n", gradient, axis) for axis in (queries, across))
    rest = gradient - along_q[:, None] * queries - along_across[:, None] * across
    return along_q, along_across, np.linalg.norm(rest, axis=1)


def linearised(rate: float, inverse_temperature: float, sizes: ArrayLike) -> Measured[float]:
    """Return E v² after steps v ← ((1 + 2β²η)v + ηξ)/(1 + 2β²η + rate η) from v = 0, ξ independent, of variance 1.

    Each of the T steps rounds a few times, relative to E v². Errors: ``ValueError`` for step sizes or a rate that are
    negative, β ≤ 0, and numbers that are not finite. Worked value: rate 0, β² = 1/2, one step 1 gives 1/4.
    """
    steps = known_sizes(sizes)
    if not (np.isfinite(rate) and np.isfinite(inverse_temperature)):
        raise ValueError(f"rate and β must be finite, not {rate} and {inverse_temperature}")
    if rate < 0 or inverse_temperature <= 0:
        raise ValueError(f"there must be a rate ≥ 0 and β > 0, not {rate} and {inverse_temperature}")
    kept = 1 + 2 * inverse_temperature**2 * steps
    below = kept + rate * steps
    factors, added = (kept / below) ** 2, (steps / below) ** 2
    square = 0.0
    for factor, more in zip(factors.tolist(), added.tolist(), strict=True):
        square = factor * square + more
    return Measured(square, 16 * len(steps) * EPS * square)
