"""Training of small networks on scikit-learn's digits by Adam, many networks side by side, each with its own seed."""

from dataclasses import dataclass
from functools import cache
from typing import Any, NoReturn

import autograd.numpy as anp
import numpy as np
from autograd import value_and_grad
from numpy.typing import NDArray

from .prompts import Array, positive_count
from .small_networks import Network, Parameters, accuracy, initial, losses

TEST = 360
"""Images kept for testing, of 1797; which ones is fixed, so that networks differ by their seeds alone."""


@dataclass(frozen=True)
class Digits:
    """Images (n, 8, 8) with entries in [0, 1] and labels (n,), to train on and to test on."""

    images: Array
    labels: Array
    test_images: Array
    test_labels: Array


@dataclass(frozen=True)
class Trained:
    """Networks before and after training, their seeds, and their accuracies on the test images, (R,)."""

    network: Network
    seeds: list[int]
    before: Parameters
    parameters: Parameters
    accuracy: Array


@cache
def digits() -> Digits:
    """Return scikit-learn's 1797 digits, of which a fixed random choice of ``TEST`` are for testing.

    Source: doi:10.24432/C50P49. Worked value: 1437 images to train on.
    """
    from sklearn.datasets import load_digits  # half a second, and only training needs it

    images, labels = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(labels))
    images, labels = images[order].reshape(-1, 8, 8) / 16, labels[order]
    return Digits(images[TEST:], labels[TEST:], images[:TEST], labels[:TEST])


def drawn_seeds(rng: np.random.Generator, count: int) -> list[int]:
    """Return that many seeds of networks; ``ValueError`` for a count below 1."""
    return [int(seed) for seed in rng.integers(2**62, size=positive_count(count, "count"))]


def trained(
    seeds: list[int],
    network: Network,
    *,
    steps: int = 150,
    batch: int = 24,
    rate: float = 0.04,
    data: Digits | None = None,
) -> Trained:
    """Train a network for each seed by ``steps`` of Adam on batches drawn by its seed; the rate falls linearly to 0.

    Errors: ``ValueError`` for counts below 1, a rate that is not positive; ``FloatingPointError``, with the seeds, if
    the loss of a network is not finite. Source of Adam: arXiv:1412.6980. Worked value: 150 steps lead to an accuracy of
    about 0.87.
    """
    positive_count(steps, "steps")
    positive_count(batch, "batch")
    if not (np.isfinite(rate) and rate > 0):
        raise ValueError(f"rate must be positive and finite, not {rate}")
    data = data or digits()
    before = initial(seeds, network)
    draws = [np.random.default_rng([seed, 1]) for seed in seeds]
    parameters = {name: value.copy() for name, value in before.items()}
    first = {name: np.zeros_like(value) for name, value in before.items()}
    second = {name: np.zeros_like(value) for name, value in before.items()}

    def summed(parameters: Parameters, images: Array, labels: Array) -> Any:
        return anp.sum(losses(parameters, network, images, labels))

    slope = value_and_grad(summed)
    for step in range(1, steps + 1):
        chosen = np.stack([rng.integers(len(data.labels), size=batch) for rng in draws])
        with np.errstate(over="ignore", invalid="ignore"):
            total, gradient = slope(parameters, data.images[chosen], data.labels[chosen])
        if not np.isfinite(total):
            _diverged(parameters, network, data, chosen, seeds, step)
        for name, slopes in gradient.items():
            first[name] = 0.9 * first[name] + 0.1 * slopes
            second[name] = 0.99 * second[name] + 0.01 * slopes**2
            size = np.sqrt(second[name] / (1 - 0.99**step)) + 1e-8
            falling = rate * (1 - (step - 1) / steps)
            parameters[name] = parameters[name] - falling * first[name] / (1 - 0.9**step) / size
    return Trained(network, seeds, before, parameters, accuracy(parameters, network, *held_out(len(seeds), data)))


def held_out(replicates: int, data: Digits | None = None, count: int = TEST) -> tuple[Array, Array]:
    """Return the first ``count`` test images and labels, (R, count, 8, 8) and (R, count), the same for all networks."""
    data = data or digits()
    images, labels = data.test_images[:count], data.test_labels[:count]
    return np.broadcast_to(images, (replicates, *images.shape)), np.broadcast_to(labels, (replicates, len(labels)))


def _diverged(
    parameters: Parameters, network: Network, data: Digits, chosen: NDArray[np.int64], seeds: list[int], step: int
) -> NoReturn:
    """Raise ``FloatingPointError`` that names the seeds whose loss is not finite."""
    with np.errstate(over="ignore", invalid="ignore"):
        each = losses(parameters, network, data.images[chosen], data.labels[chosen])
    lost = [seed for seed, value in zip(seeds, each, strict=True) if not np.isfinite(value)]
    raise FloatingPointError(f"training diverged at step {step}: the loss of the seeds {lost} is not finite")
