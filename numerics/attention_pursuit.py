"""Principal Attention Pursuit: the alternating directions of the pursuit with attention as their low-rank step.

It is a reconstruction of published code; what a reader could take otherwise is a parameter.
"""

from dataclasses import dataclass

import numpy as np

from .kernel_pca import attention
from .measured import rounding
from .prompts import Array, positive_count
from .pursuit import hard, known_matrix, known_penalty, shrunk, soft

THRESHOLDS = ("product", "ratio")
STEPS = ("softmax", "shrinkage")


@dataclass(frozen=True)
class Reading:
    """How the iteration is read. The published one: threshold λμ ("product"; else λ/μ), K2 = K − S − Y/μ (sign −1).

    ``step``: how L is made, softmax(K2K2ᵀ/√D)V or, as in the pursuit itself, K2 with singular values reduced by 1/μ;
    ``heads``: C over the width D of the keys, in μ = NC/(4‖K‖_1); ``rule``: "soft" or "hard" threshold; ``quarter``:
    the number 4 in μ.
    """

    threshold: str = "product"
    sign: int = -1
    step: str = "softmax"
    heads: int = 1
    rule: str = "soft"
    quarter: float = 4.0

    def __post_init__(self) -> None:
        if self.threshold not in THRESHOLDS or self.step not in STEPS or self.rule not in ("soft", "hard"):
            raise ValueError(
                f"threshold is one of {THRESHOLDS}, step of {STEPS}, rule soft or hard, not {self.threshold!r}, "
                f"{self.step!r}, {self.rule!r}"
            )
        if self.sign not in (-1, 1):
            raise ValueError(f"sign must be 1 or -1, not {self.sign!r}")
        if not (np.isfinite(self.quarter) and self.quarter > 0):
            raise ValueError(f"quarter must be positive, not {self.quarter}")
        if isinstance(self.heads, bool):
            raise ValueError(f"heads must be an integer of at least 1, not {self.heads}")
        positive_count(self.heads, "heads")

    def multiplier(self, keys: Array) -> Array:
        """Return μ = NC/(4‖K‖_1), shape (…, 1, 1); ``ValueError`` if K = 0. Worked value: keys ±1: heads/4."""
        total = np.abs(keys).sum(axis=(-2, -1), keepdims=True)
        if not (total > 0).all():
            raise ValueError("keys must not all be 0: μ = NC/(4‖K‖_1)")
        return keys.shape[-2] * keys.shape[-1] * self.heads / (self.quarter * total)


@dataclass(frozen=True)
class Swept:
    """After n sweeps, batch axes first: L, the output, S, Y and the keys K2 that were attended, all (…, N, D)."""

    output: Array
    sparse: Array
    dual: Array
    attended: Array

    def residual(self, keys: Array) -> Array:
        """Return ‖K − L − S‖_F/‖K‖_F, shape (…). Worked value: 0 if K = L + S."""
        return _norm(keys - self.output - self.sparse) / _norm(keys)

    def filled(self) -> Array:
        """Return the share of entries of S that are not 0, shape (…)."""
        return (self.sparse != 0).mean(axis=(-2, -1))


PUBLISHED = Reading()


def attention_pursuit(keys: Array, values: Array, penalty: float, sweeps: int, reading: Reading = PUBLISHED) -> Swept:
    """Return the state after the given number of sweeps from L = Y = 0, keys and values (…, N, D).

    S = soft(K − L + Y/μ, λμ); K2 = K − S − Y/μ; L = softmax(K2K2ᵀ/√D)V; Y += μ(K − L − S). Errors: ``ValueError``
    for λ < 0, sweeps < 1, shapes that differ, what is not finite, K = 0.
    Source: arXiv:2406.13762 (reconstruction of its public code).
    Worked value: one sweep on the keys ±1 (N = 2, D = 1) at λ = 1 attends the keys ±1/4.
    """
    keys, values = known_matrix(keys, "keys"), known_matrix(values, "values")
    penalty = known_penalty(penalty)
    if keys.shape != values.shape:
        raise ValueError(
            f"values must have the shape of the keys, {keys.shape}, not {values.shape}: L takes the place of K"
        )
    step = reading.multiplier(keys)
    threshold = penalty * step if reading.threshold == "product" else penalty / step
    rule = soft if reading.rule == "soft" else hard
    output, dual = np.zeros_like(keys), np.zeros_like(keys)
    for _ in range(positive_count(sweeps, "sweeps")):
        sparse = rule(keys - output + dual / step, threshold)
        attended = keys - sparse + reading.sign * dual / step
        output = attention(attended, attended, values) if reading.step == "softmax" else shrunk(attended, 1 / step)
        dual = dual + step * (keys - output - sparse)
    return Swept(output, sparse, dual, attended)


def sweep_rounding(keys: Array, values: Array, penalty: float, sweeps: int, reading: Reading = PUBLISHED) -> float:
    """Return a bound of the rounding errors of L, S and Y/μ after that many sweeps with attention, keys (N, D).

    An error of K − L + Y/μ is not enlarged by soft(), one of K2, e, moves a score by at most 2√D max|K2| e + √D e²,
    and errors of scores of at most f move an output by at most 2f e^{2f} times the largest |value|. So they are passed
    on. Errors: ``ValueError`` for the hard rule, for which this is false, and as ``attention_pursuit``.
    Worked value: below 1e-12 for one sweep on four keys and values of at most 1.
    """
    if reading.rule != "soft" or reading.step != "softmax":
        raise ValueError("rounding is bounded for the soft rule and attention alone")
    low = shift = last = 0.0
    wide = np.sqrt(keys.shape[-1])
    threshold = penalty * max(reading.multiplier(keys).item(), 1 / reading.multiplier(keys).item())
    for sweep in range(1, positive_count(sweeps, "sweeps") + 1):
        state = attention_pursuit(keys, values, penalty, sweep, reading)
        y = np.abs(state.dual / reading.multiplier(keys)).max()
        size = float(max(np.abs(keys).max() + np.abs(values).max() + y, last) + threshold)  # of all that is added
        last = size
        sparse = low + shift + rounding(keys.size, size)
        moved = sparse + shift + rounding(4, size)
        largest = float(np.abs(state.attended).max())
        score = wide * (2 * largest * moved + moved**2) + rounding(keys.size, 1 + wide * largest**2)
        low = float(np.abs(values).max()) * (2 * score * np.exp(2 * score) + rounding(keys.size, 1.0))
        shift = shift + low + sparse + rounding(4, size)
    return max(low, sparse, shift)


def clipped_attention(keys: Array, values: Array, threshold: float | Array) -> Array:
    """Return softmax(KcKcᵀ/√D)V with Kc the keys clipped to ±τ, shape (…, N, D); ``ValueError`` unless τ ≥ 0.

    Worked value: the keys ±1 clipped to 1/4 attend as the keys ±1/4.
    """
    if not np.all(np.asarray(threshold) >= 0):
        raise ValueError(f"the threshold must not be negative, as {threshold} is")
    inside = np.minimum(np.maximum(keys, -threshold), threshold)
    return attention(inside, inside, values)


def _norm(matrix: Array) -> Array:
    return np.sqrt((matrix**2).sum(axis=(-2, -1)))
