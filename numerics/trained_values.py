"""What the values of trained networks are, beside those that kernel PCA of the same keys demands: one number a network.

Measures are of the last layer's head on the first test images, averaged over these. An image counts if the centred
kernel of its N keys has as many eigenvalues above ``SMALLEST`` of the largest as there are value coordinates, and g
varies by less than ``RANGE``, beyond which the coefficients G⁻¹V are lost in rounding. A network without such an image
cannot be measured: its conditions are NaN, and what is drawn counts it as one whose values are the exact ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .kernel_pca import attention, exact_values, kernel_pca, kernel_sums
from .network_training import Digits, drawn_seeds, held_out, trained
from .prompts import Array
from .similarity import column_overlap, linear_cka
from .small_networks import Head, Network, Parameters, run
from .value_measures import direction_deviation, subspace_residual
from .value_tests import feature_squares, weighted_share

IMAGES = 24
RANGE, SMALLEST = 1e6, 1e-12


@dataclass(frozen=True)
class Conditions:
    """Means over images, one for each network, (R,): what values have to meet, and how far they are from it."""

    alignment: Array
    """Linear CKA with the exact values, 1 if they are they."""
    overlap: Array
    """Mean squared cosine of the column spaces of the values and the exact ones, whatever output matrix follows."""
    weighted_share: Array
    residual: Array
    deviation: Array
    """How far VᵀKV, the Gram matrix of the directions projected on, is from a multiple of I."""


def last_head(parameters: Parameters, network: Network, images: int = IMAGES, data: Digits | None = None) -> Head:
    """Return what the last layer sees on the first test images, of the digits or of other data."""
    return run(parameters, network, held_out(len(parameters["embed"]), data, images)[0])[1][-1]


def _usable(head: Head) -> Iterator[tuple[int, Array]]:
    """Yield each network's number, and which of its images have all components, if any has."""
    components = head.values.shape[-1]
    sums = kernel_sums(head.keys, head.keys)
    kernel = np.exp(head.keys @ np.swapaxes(head.keys, -1, -2) / np.sqrt(head.keys.shape[-1]))
    kernel /= sums[..., :, None] * sums[..., None, :]
    near = sums.max(axis=-1) < RANGE * sums.min(axis=-1)
    centred = kernel - kernel.mean(axis=-1, keepdims=True) - kernel.mean(axis=-2, keepdims=True)
    centred += kernel.mean(axis=(-2, -1), keepdims=True)
    spectrum = np.linalg.eigvalsh(centred)
    usable = spectrum[..., -components] > SMALLEST * spectrum[..., -1]
    for k, images in enumerate(usable & near):
        if images.any():
            yield k, images


def conditions(head: Head, values: Array | None = None) -> Conditions:
    """Return the conditions on the ``values``, (R, B, N, D); the head's own if absent.

    NaN for a network that has no image with all components. Worked value: ``exact_values`` have 1, 1, 0, 0, 0.
    """
    values = head.values if values is None else values
    rows = np.full((len(values), 5), np.nan)
    for k, images in _usable(head):
        own = values[k][images]
        found = kernel_pca(head.keys[k][images], own.shape[-1])
        exact = exact_values(found)
        each = (
            linear_cka(own, exact),
            column_overlap(own, exact),
            weighted_share(own, found.sums),
            subspace_residual(found, own),
            direction_deviation(found, own),
        )
        rows[k] = [measure.mean() for measure in each]
    return Conditions(*rows.T)


def demanded(head: Head) -> Array:
    """Return the values that kernel PCA of the keys demands; the head's own in images that do not count."""
    values = np.array(head.values)
    for k, images in _usable(head):
        values[k, images] = exact_values(kernel_pca(head.keys[k][images], values.shape[-1]))
    return values


def random_values(rng: np.random.Generator, head: Head) -> Array:
    """Return a random linear map of the head's own tokens for each network, of the shape of its values."""
    replicates, width, size = head.tokens.shape[0], head.tokens.shape[-1], head.values.shape[-1]
    mapped: Array = head.tokens @ rng.standard_normal((replicates, 1, width, size))
    return mapped


def projection_loss(head: Head) -> Array:
    """Return J = mean of ‖φ(q)‖² − ‖h‖² over tokens and images, (R,)."""
    outputs = (attention(head.queries, head.keys, head.values) ** 2).sum(axis=-1)
    loss: Array = (feature_squares(head.queries, head.keys) - outputs).mean(axis=(1, 2))
    return loss


def drawn_alignments(rng: np.random.Generator, n: int, network: Network) -> Array:
    """Train n networks and return the alignment of each, 1 where it cannot be measured. Errors as ``trained``."""
    found = conditions(last_head(trained(drawn_seeds(rng, n), network).parameters, network)).alignment
    return np.where(np.isnan(found), 1.0, found)


def drawn_above_chance(rng: np.random.Generator, n: int, network: Network, measure: str = "alignment") -> Array:
    """Train n networks; return 0 where a random linear map of the same tokens is as near to the exact values.

    ``measure``: "alignment" or "overlap", see ``Conditions``; ``ValueError`` for another one.
    """
    if measure not in ("alignment", "overlap"):
        raise ValueError(f'measure must be "alignment" or "overlap", not {measure!r}')
    head = last_head(trained(drawn_seeds(rng, n), network).parameters, network)
    learned, chance = (getattr(conditions(head, values), measure) for values in (None, random_values(rng, head)))
    return 1 - (learned <= chance).astype(float)


def fell(before: Head, after: Head) -> NDArray[np.bool_]:
    """Return whether J is lower after training than before, (R,)."""
    lower: NDArray[np.bool_] = projection_loss(after) < projection_loss(before)
    return lower


def drawn_falls(rng: np.random.Generator, n: int, network: Network) -> Array:
    """Train n networks; return 1 where J is lower than before."""
    found = trained(drawn_seeds(rng, n), network)
    return fell(last_head(found.before, network), last_head(found.parameters, network)).astype(float)


def drawn_projections(rng: np.random.Generator, n: int, network: Network, deviation: float) -> Array:
    """Train n networks; return 0 where J is lower than before though VᵀKV is farther than that from a multiple of I."""
    found = trained(drawn_seeds(rng, n), network)
    before, after = last_head(found.before, network), last_head(found.parameters, network)
    return 1 - (fell(before, after) & (conditions(after).deviation > deviation)).astype(float)
