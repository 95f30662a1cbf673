"""Informative tokens θ s u + z and nuisance tokens z, with u the first coordinate axis."""

import numpy as np

from .prompts import Array

LATENTS = ("rademacher", "constant", "gaussian")


def count_of_tokens(informative: int, nuisance: int) -> int:
    """Return N = M + K; ``ValueError`` unless M and K are integers ≥ 0, not both 0."""
    for name, count in (("informative", informative), ("nuisance", nuisance)):
        if not isinstance(count, int | np.integer) or count < 0:
            raise ValueError(f"the number of {name} tokens must be an integer of at least 0, not {count!r}")
    if informative + nuisance == 0:
        raise ValueError("there must be a token: informative + nuisance is 0")
    return int(informative + nuisance)


def drawn_latent(rng: np.random.Generator, shape: tuple[int, ...], latent: str) -> Array:
    """Return i.i.d. latent signs: "rademacher" (±1), "constant" (1) or "gaussian"; ``ValueError`` for another."""
    if latent == "rademacher":
        return np.where(rng.integers(0, 2, shape) == 1, 1.0, -1.0)
    if latent == "constant":
        return np.ones(shape)
    if latent == "gaussian":
        return rng.standard_normal(shape)
    raise ValueError(f"unknown latent sign {latent!r}; there are {', '.join(LATENTS)}")


def drawn_signal_tokens(
    rng: np.random.Generator,
    n: int,
    informative: int,
    nuisance: int,
    dimension: int,
    strength: float,
    latent: str = "rademacher",
) -> Array:
    """Return n stacks of N = M + K tokens, shape (n, N, d): the first M are θ s u + z, u = e_1, the others z.

    Errors: ``ValueError`` for counts that are none, a strength that is not finite, or an unknown latent sign.
    Source: arXiv:2606.22406 (reconstruction). Worked value: M = 1, K = 0, constant sign: E x = θ e_1.
    """
    total = count_of_tokens(informative, nuisance)
    if not np.isfinite(strength):
        raise ValueError(f"strength θ must be finite, not {strength}")
    tokens = rng.standard_normal((n, total, dimension))
    tokens[:, :informative, 0] += strength * drawn_latent(rng, (n, informative), latent)
    return tokens
