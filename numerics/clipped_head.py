"""Symmetric attention whose keys are cut to ±t while its values are not, one token of any size among them."""

from dataclasses import dataclass

import numpy as np

from .kernel_pca import attention
from .measured import Measured, rounding
from .prompts import Array, positive_count


@dataclass(frozen=True)
class Contaminated:
    """Largest and least attention weight of the head, and the norm of its shortest output."""

    largest: Measured[float]
    least: Measured[float]
    shortest: Measured[float]


def spoilt_tokens(seed: int, tokens: int, dimension: int, size: float, *, corner: bool = False) -> Array:
    """Return N tokens, (N, D), uniform in the ball of radius 1 but the first, which has the norm ``size``.

    With ``corner`` the directions are those of (1, …, 1), up to signs. ``ValueError`` for counts below 1 or a size that
    is negative or not finite. Worked value: N = 1, D = 1 and size 2 give ±2.
    """
    shape = positive_count(tokens, "tokens"), positive_count(dimension, "dimension")
    if not (np.isfinite(size) and size >= 0):
        raise ValueError(f"size must be finite and not negative, not {size}")
    rng = np.random.default_rng(seed)
    directions = rng.choice([-1.0, 1.0], size=(tokens, 1)) * np.ones(shape) if corner else rng.standard_normal(shape)
    directions /= np.linalg.norm(directions, axis=-1, keepdims=True)
    radii = rng.random((tokens, 1)) ** (1 / dimension)
    radii[0] = size
    return directions * radii


def clipped_head(tokens: Array, threshold: float, gain: float = 1.0) -> Contaminated:
    """Return what attention does with queries and keys ``gain`` × tokens, (N, D), cut to ±t, and tokens for values.

    ``ValueError`` for a threshold or gain that is not positive, and as the attention layer. Worked value: two tokens 1
    and −1, t = 1: weights 1/(1 + e^∓2).
    """
    if not (np.isfinite(threshold) and threshold > 0 and np.isfinite(gain) and gain > 0):
        raise ValueError(f"threshold and gain must be positive and finite, not {threshold} and {gain}")
    keys = np.clip(gain * tokens, -threshold, threshold)
    n, dimension = tokens.shape
    weights = attention(keys, keys, np.eye(n))
    norms = np.linalg.norm(attention(keys, keys, tokens), axis=-1)
    of_weights = rounding(4 * n * dimension, 1 + np.sqrt(dimension) * threshold**2)
    off = of_weights * float(np.abs(tokens).sum())
    return Contaminated(
        Measured(float(weights.max()), of_weights),
        Measured(float(weights.min()), of_weights),
        Measured(float(norms.min()), off),
    )
