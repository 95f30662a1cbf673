"""Self-attention on contaminated keys, and what estimators make of it: error against the output of the clean keys."""

from dataclasses import dataclass

import numpy as np

from .attention_pursuit import PUBLISHED, Reading, attention_pursuit, clipped_attention
from .kernel_pca import attention
from .prompts import Array, positive_count
from .pursuit import pursuit

KINDS = ("tokens", "entries")
ESTIMATORS = ("plain", "mean", "clip", "pursuit")


@dataclass(frozen=True)
class Contaminated:
    """Clean and contaminated keys and the values, which are clean, all (…, N, D)."""

    clean: Array
    keys: Array
    values: Array


def contaminated(
    rng: np.random.Generator,
    n: int,
    tokens: int,
    dimension: int,
    rank: int,
    kind: str,
    *,
    share: float = 0.1,
    size: float = 10.0,
) -> Contaminated:
    """Return n draws of keys AB/√r with A, B standard normal, N × r and r × D, some of them spoiled; values N(0, 1).

    ``kind``: "tokens", a ``share`` of the keys is replaced by N(0, size² I); "entries", ± ``size`` is added at a
    ``share`` of the entries. Errors: ``ValueError`` for counts < 1, rank > min(N, D), another kind, a share outside
    [0, 1], a size that is negative or not finite. Source: the model is ours.
    Worked value: N = 10 tokens, share 0.1: one bad token.
    """
    shape = tuple(positive_count(c, "a count") for c in (n, tokens, dimension))
    if not 1 <= rank <= min(tokens, dimension):
        raise ValueError(f"rank must be from 1 to {min(tokens, dimension)}, not {rank}")
    if kind not in KINDS:
        raise ValueError(f"unknown kind {kind!r}; there are {', '.join(KINDS)}")
    if not (0 <= share <= 1 and np.isfinite(size) and size >= 0):
        raise ValueError(f"share must be in [0, 1] and size finite and not negative, not {share} and {size}")
    clean = rng.standard_normal((n, tokens, rank)) @ rng.standard_normal((n, rank, dimension)) / rank**0.5
    values = rng.standard_normal(shape)
    keys = clean.copy()
    if kind == "tokens":  # which tokens does not matter: rows are exchangeable
        bad = round(share * tokens)
        keys[:, :bad] = size * rng.standard_normal((n, bad, dimension))
    else:
        places = rng.permuted(np.tile(np.arange(tokens * dimension), (n, 1)), axis=1)
        chosen = (places < round(share * tokens * dimension)).reshape(shape)
        keys += chosen * rng.choice([-size, size], shape)
    return Contaminated(clean, keys, values)


def output(drawn: Contaminated, estimator: str | int, penalty: float, reading: Reading = PUBLISHED) -> Array:
    """Return the attention output from contaminated keys, (…, N, D), by an estimator or n sweeps.

    "plain": attention on them; "mean": the mean of the values, whatever the keys; "clip": keys clipped to ±λμ;
    "pursuit": L of the pursuit, λ = 1/√max(N, D), in place of the keys; a number: so many sweeps of Principal
    Attention Pursuit. Errors: ``ValueError`` for another name, and as ``attention_pursuit``.
    Source: arXiv:2406.13762 (reconstruction) for the sweeps, arXiv:0912.3599 for the pursuit.
    Worked value: without contamination "plain" is the clean output.
    """
    if isinstance(estimator, int) and not isinstance(estimator, bool):
        return attention_pursuit(drawn.keys, drawn.values, penalty, estimator, reading).output
    if estimator == "plain":
        return attention(drawn.keys, drawn.keys, drawn.values)
    if estimator == "mean":
        return np.broadcast_to(drawn.values.mean(axis=-2, keepdims=True), drawn.values.shape)
    if estimator == "clip":
        inside = penalty * reading.multiplier(drawn.keys)
        return clipped_attention(drawn.keys, drawn.values, inside)
    if estimator == "pursuit":
        low_rank = pursuit(drawn.keys, accuracy=1e-2, most=200).low_rank  # more changes the output little
        return attention(low_rank, low_rank, drawn.values)
    raise ValueError(f"unknown estimator {estimator!r}; there are {', '.join(ESTIMATORS)} and numbers of sweeps")


def error(drawn: Contaminated, found: Array) -> Array:
    """Return ‖output − clean output‖_F/‖clean output‖_F, shape (…). Worked value: the clean output has 0."""
    clean = attention(drawn.clean, drawn.clean, drawn.values)
    return np.linalg.norm(found - clean, axis=(-2, -1)) / np.linalg.norm(clean, axis=(-2, -1))
