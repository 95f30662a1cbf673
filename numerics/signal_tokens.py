"""Informative tokens θ s u + z and nuisance tokens z, with u the first coordinate axis."""

import numpy as np

from .prompts import Array, Prompt, directions, positive_count

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


def latent_nodes(latent: str, order: int) -> tuple[Array, Array]:
    """Return values of the latent sign and their probabilities; for a Gaussian one Gauss–Hermite's, ``order`` of them.

    Errors: ``ValueError`` for an unknown latent sign or order < 1. Worked value: "rademacher": −1 and 1, 1/2 each.
    """
    positive_count(order, "order")
    if latent == "gaussian":
        values, masses = np.polynomial.hermite_e.hermegauss(order)
        return values, masses / masses.sum()
    if latent in LATENTS:
        values = np.array([-1.0, 1.0] if latent == "rademacher" else [1.0])
        return values, np.full(len(values), 1 / len(values))
    raise ValueError(f"unknown latent sign {latent!r}; there are {', '.join(LATENTS)}")


def known_order(rate: float, order: int) -> None:
    """Raise ``ValueError`` if Gauss and Hermite's rule of that order does not integrate e^{rate z} over z ~ N(0, 1).

    It is off by n! y^{2n}/(2n)! to leading order, y the rate: a node more divides that by 2(2n + 1)/y², by 2 at least
    if y² ≤ 2n + 1, as is asked: then the difference to a rule of four nodes more is an estimate of the error.
    Worked value: order 4 takes rates up to 3.
    """
    if rate**2 > 2 * order + 1:
        raise ValueError(f"{order} nodes do not integrate e^({rate:.3g} z): the inverse temperature β is too large")


def known_law(values: Array, chances: Array) -> None:
    """Raise ``ValueError`` unless these are finite values and their probabilities: not negative, of the sum 1."""
    if np.ndim(values) != 1 or np.shape(values) != np.shape(chances) or not np.isfinite([values, chances]).all():
        raise ValueError("values of the latent sign must be finite, with one probability each")
    if np.min(chances) < 0 or abs(np.sum(chances) - 1) > 8 * len(chances) * np.finfo(float).eps:
        raise ValueError(f"probabilities of the latent sign must not be negative and sum to 1, not {chances}")


def signal_nodes(noise: Prompt, strength: float, share: float, values: Array, chances: Array) -> Prompt:
    """Return the law of tokens as weighted nodes: θ s u + z with the share π, z with the share 1 − π; u = e_1.

    ``noise``: nodes of the law of z; ``values`` and ``chances``: those of the latent sign. Errors: ``ValueError`` for θ
    that is not finite, π outside [0, 1] or as ``known_law``.
    Worked value: π = 1, constant sign: the mean of the nodes is θ e_1.
    """
    if not np.isfinite(strength) or not 0 <= share <= 1:
        raise ValueError(f"strength θ must be finite and share π in [0, 1], not {strength} and {share}")
    known_law(values, chances)
    shift = np.zeros((len(values), 1, noise.tokens.shape[1]))
    shift[:, 0, 0] = strength * values
    informative = (noise.tokens + shift).reshape(-1, noise.tokens.shape[1])
    masses = np.concatenate([share * np.outer(chances, noise.weights).ravel(), (1 - share) * noise.weights])
    return Prompt(np.concatenate([informative, noise.tokens]), masses)


def plane_of(alignment: float, dimension: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return a unit query q with q·e_1 = m, and a unit vector v orthogonal to q in the plane of q and e_1; d ≥ 2.

    ``alignment``: m in [−1, 1]; what of q is orthogonal to e_1 is uniform. Both have the shape (d,), and
    e_1 = m q + √(1 − m²) v. ``ValueError`` for another m or d. Worked value: m = 1 gives q = e_1.
    """
    if not -1 <= alignment <= 1:
        raise ValueError(f"the alignment m must be in [−1, 1], not {alignment}")
    if positive_count(dimension, "dimension d") < 2:
        raise ValueError("the dimension d must be at least 2: in one dimension q = ±u")
    across = np.concatenate([[0.0], directions(rng, 1, dimension - 1)[0]])
    signal = np.eye(dimension)[0]
    length = np.sqrt((1 - alignment) * (1 + alignment))
    return alignment * signal + length * across, length * signal - alignment * across


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

    Errors: ``ValueError`` for counts that are none (M + K, n, d ≥ 1), a strength that is not finite, or an
    unknown latent sign. Source: arXiv:2606.22406 (reconstruction).
    Worked value: M = 1, K = 0, constant sign: E x = θ e_1.
    """
    total = count_of_tokens(informative, nuisance)
    if not np.isfinite(strength):
        raise ValueError(f"strength θ must be finite, not {strength}")
    shape = (positive_count(n, "number of stacks n"), total, positive_count(dimension, "dimension d"))
    tokens = rng.standard_normal(shape)
    tokens[:, :informative, 0] += strength * drawn_latent(rng, (n, informative), latent)
    return tokens
