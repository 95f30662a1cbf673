"""Networks of one seed and two kinds under the same corruption or attack: which keeps more images, seed by seed."""

import numpy as np

from .attacks import gaussian_noise, pgd, slope_of
from .network_training import Trained, drawn_seeds, held_out, trained
from .prompts import Array
from .small_networks import Network, accuracy

IMAGES, ITERATIONS = 60, 5


def under_noise(rng: np.random.Generator, found: list[Trained], deviation: float) -> list[Array]:
    """Return accuracies on images with Gaussian noise, the same for the r-th network of every kind, (R,) each."""
    images, labels = held_out(len(found[0].seeds), count=IMAGES)
    noisy = gaussian_noise(rng, images, deviation)
    return [accuracy(kind.parameters, kind.network, noisy, labels) for kind in found]


def under_attack(found: Trained, attacker: Trained, epsilon: float) -> Array:
    """Return accuracies under PGD with the gradient of the attacker's r-th network, (R,): its own is white box."""
    images, labels = held_out(len(found.seeds), count=IMAGES)
    slope = slope_of(attacker.parameters, attacker.network, labels)
    attacked = pgd(slope, images, epsilon, epsilon / 3, ITERATIONS)
    return accuracy(found.parameters, found.network, attacked, labels)


def drawn_noise_pairs(rng: np.random.Generator, n: int, first: Network, second: Network, deviation: float) -> Array:
    """Train n pairs of one seed; return 1 where the first kind is better under noise, 1 or 0 by lot if equal."""
    seeds = drawn_seeds(rng, n)
    one, other = under_noise(rng, [trained(seeds, first), trained(seeds, second)], deviation)
    return _wins(rng, one, other)


def transferred(found: Trained, others: Trained, epsilon: float) -> Array:
    """Return the mean accuracy of the r-th networks of both under PGD with the gradient of the other one, (R,)."""
    return (under_attack(found, others, epsilon) + under_attack(others, found, epsilon)) / 2


def drawn_attack_pairs(
    rng: np.random.Generator, n: int, first: Network, second: Network, epsilon: float, surrogate: Network | None = None
) -> Array:
    """Train n pairs of one seed; return 1 where the first kind keeps more under PGD, 1 or 0 by lot if equal.

    The gradient is that of one ``surrogate`` of another seed, the same for both, or each network's own if absent.
    """
    seeds = drawn_seeds(rng, n)
    pair = [trained(seeds, kind) for kind in (first, second)]
    attackers = pair if surrogate is None else [trained(drawn_seeds(rng, n), surrogate)] * 2
    one, other = (under_attack(kind, by, epsilon) for kind, by in zip(pair, attackers, strict=True))
    return _wins(rng, one, other)


def drawn_masking(rng: np.random.Generator, n: int, network: Network, epsilon: float) -> Array:
    """Train n times two networks; return 1 where their own gradients leave at most the accuracy that the other's do."""
    found, other = trained(drawn_seeds(rng, n), network), trained(drawn_seeds(rng, n), network)
    own = (under_attack(found, found, epsilon) + under_attack(other, other, epsilon)) / 2
    return (own <= transferred(found, other, epsilon)).astype(float)


def _wins(rng: np.random.Generator, one: Array, other: Array) -> Array:
    """Return 1 where ``one`` is larger, 0 where it is smaller, and a fair coin where they are equal."""
    coin = rng.integers(2, size=one.shape)
    return np.where(one == other, coin, one > other).astype(float)
