"""Corruptions of images and attacks on small networks; images (R, B, 8, 8), pixels in [0, 1], where they are kept."""

from collections.abc import Callable

import autograd.numpy as anp
import numpy as np
from autograd import grad

from .prompts import Array, positive_count
from .small_networks import Network, Parameters, losses

Slope = Callable[[Array], Array]
"""From images to the gradient of the loss in them."""


def _pixels(images: Array) -> Array:
    found = np.asarray(images, dtype=float)
    if not found.size or not ((found >= 0) & (found <= 1)).all():  # nor NaN
        raise ValueError("images must have pixels, all between 0 and 1")
    return found


def _size(value: float, name: str) -> float:
    if not (np.isfinite(value) and value >= 0):
        raise ValueError(f"{name} must be finite and not negative, not {value}")
    return float(value)


def gaussian_noise(rng: np.random.Generator, images: Array, deviation: float) -> Array:
    """Return the images with independent normal noise on every pixel, brought back to [0, 1] where it leaves it.

    ``ValueError`` for pixels outside [0, 1] or a negative deviation. Worked value: the deviation 0 changes nothing.
    """
    noise = _size(deviation, "deviation") * rng.standard_normal(np.shape(images))
    return np.clip(_pixels(images) + noise, 0, 1)


def salt_and_pepper(rng: np.random.Generator, images: Array, share: float) -> Array:
    """Return the images with every pixel replaced, with probability ``share``, by 0 or 1, as likely.

    ``ValueError`` for pixels outside [0, 1] or a share that is no probability. Worked value: share 1 leaves 0 and 1
    alone.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share must be a probability, not {share}")
    hit = rng.random(np.shape(images)) < share
    return np.where(hit, rng.integers(2, size=np.shape(images)).astype(float), _pixels(images))


def slope_of(parameters: Parameters, network: Network, labels: Array) -> Slope:
    """Return the gradient in the images of every network's own loss (a sum over its images), by back-propagation."""

    def total(images: Array) -> Array:
        return anp.sum(losses(parameters, network, images, labels)) * np.shape(labels)[-1]

    found: Slope = grad(total)
    return found


def fgsm(slope: Slope, images: Array, epsilon: float) -> Array:
    """Return the images a step of ±ε along the signs of the gradient, kept in [0, 1].

    Source: arXiv:1412.6572. ``ValueError`` for pixels outside [0, 1] or ε < 0. Worked value: a loss that grows in every
    pixel moves 1/2 to 1/2 + ε.
    """
    return np.clip(_pixels(images) + _size(epsilon, "epsilon") * np.sign(slope(_pixels(images))), 0, 1)


def pgd(slope: Slope, images: Array, epsilon: float, step: float, iterations: int) -> Array:
    """Return the end of that many steps of ±``step`` along the signs, each projected on the ε-box and on [0, 1].

    It starts at the images, without noise, so that it is reproducible. With the ``slope`` of another network it is a
    transfer attack. Source: arXiv:1706.06083. ``ValueError`` as ``fgsm``, and for fewer iterations than 1. Worked
    value: one iteration with step ε is ``fgsm``.
    """
    clean = _pixels(images)
    low = np.maximum(clean - _size(epsilon, "epsilon"), 0)
    high = np.minimum(clean + epsilon, 1)
    found = clean
    for _ in range(positive_count(iterations, "iterations")):
        found = np.clip(found + _size(step, "step") * np.sign(slope(found)), low, high)
    return found
