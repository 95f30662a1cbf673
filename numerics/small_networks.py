"""Small attention classifiers of 8×8 images, many side by side: the leading axis of every parameter counts networks.

An image is cut into N patches, which are the tokens; they are embedded with a learned position, pass one or two layers
x + softmax(QKᵀ/√D) V W_O with one head each (Q, K, V linear in the normalised x), and the sum of max(x, 0) over the
tokens is classified. Written in ``autograd.numpy``, so that everything here can be differentiated; gradients of
different networks do not mix in the gradient of a summed loss.
"""

from dataclasses import dataclass
from typing import Any

import autograd.numpy as anp
import numpy as np

from .prompts import Array, positive_count

SIDE = 8
VARIANTS = ("asymmetric", "symmetric", "scaled")

Parameters = dict[str, Array]


@dataclass(frozen=True)
class Network:
    """What the networks have in common. ``ValueError`` for an unknown variant or sizes below 1.

    ``variant``: "asymmetric"; "symmetric", the queries are the keys; "scaled", values (I − S)V with a free N×N matrix
    S. ``threshold``: keys and queries are cut to ±threshold, entry by entry; None: they are not. With the variant
    "symmetric" that is what one sweep of Principal Attention Pursuit does (arXiv:2406.13762, a reconstruction of its
    code), but at a constant threshold: there it is λNC/(4‖K‖_1), another one for every head and image.
    """

    variant: str = "asymmetric"
    layers: int = 1
    patch: tuple[int, int] = (1, 8)
    width: int = 16
    head: int = 4
    classes: int = 10
    threshold: float | None = None

    def __post_init__(self) -> None:
        if self.variant not in VARIANTS:
            raise ValueError(f"unknown variant {self.variant!r}; there are {', '.join(VARIANTS)}")
        for name in ("layers", "width", "head", "classes"):
            positive_count(getattr(self, name), name)
        if any(SIDE % positive_count(size, "patch") for size in self.patch):
            raise ValueError(f"height and width of a patch must divide {SIDE}, as {self.patch} do not")
        if self.threshold is not None and not (np.isfinite(self.threshold) and self.threshold > 0):
            raise ValueError(f"threshold must be positive and finite, not {self.threshold}")

    @property
    def tokens(self) -> int:
        """N, the number of tokens of an image. Worked value: patches of 2×2 pixels are 16, rows 8."""
        return SIDE**2 // (self.patch[0] * self.patch[1])


@dataclass(frozen=True)
class Head:
    """What one layer sees: normalised ``tokens``, (R, B, N, m); ``queries``, ``keys``, ``values`` (R, B, N, D)."""

    tokens: Any
    queries: Any
    keys: Any
    values: Any


def initial(seeds: list[int], network: Network) -> Parameters:
    """Return the parameters of a network for each seed, the seeds along the first axis.

    Entries are normal with the variance 1/(number of inputs). ``ValueError`` without a seed. Worked value: "key0" of
    three seeds has the shape (3, width, head).
    """
    if not seeds:
        raise ValueError("there must be at least one seed")
    shapes = {
        "embed": (network.patch[0] * network.patch[1], network.width),
        "position": (network.tokens, network.width),
    }
    for layer in range(network.layers):
        names = ("key", "value") if network.variant == "symmetric" else ("key", "value", "query")
        shapes |= {f"{name}{layer}": (network.width, network.head) for name in names}
        shapes[f"output{layer}"] = (network.head, network.width)
    shapes["classes"] = (network.width, network.classes)
    each = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        each.append({name: rng.standard_normal(shape) / np.sqrt(shape[0]) for name, shape in shapes.items()})
    found = {name: np.stack([drawn[name] for drawn in each]) for name in shapes}
    found["bias"] = np.zeros((len(seeds), 1, network.classes))
    if network.variant == "scaled":
        found |= {f"mixer{k}": np.zeros((len(seeds), network.tokens, network.tokens)) for k in range(network.layers)}
    return found


def patches(images: Any, patch: tuple[int, int]) -> Any:
    """Return images (R, B, 8, 8) as tokens (R, B, N, pixels of a patch), row by row.

    Worked value: token 1 for patches (2, 2) is image[:2, 2:4].
    """
    replicates, count = images.shape[:2]
    height, width = patch
    cut = anp.reshape(images, (replicates, count, SIDE // height, height, SIDE // width, width))
    return anp.reshape(anp.transpose(cut, (0, 1, 2, 4, 3, 5)), (replicates, count, -1, height * width))


def _mapped(tokens: Any, matrices: Any) -> Any:
    """Return tokens (R, B, N, m) times one matrix (R, m, k) for each network."""
    replicates, count, n, m = tokens.shape
    return anp.reshape(anp.reshape(tokens, (replicates, count * n, m)) @ matrices, (replicates, count, n, -1))


def run(parameters: Parameters, network: Network, images: Any) -> tuple[Any, list[Head]]:
    """Return the logits, (R, B, classes), of images (R, B, 8, 8) with entries near [0, 1], and what every layer saw.

    Errors: ``ValueError`` for images of another shape or another number of networks. Worked value: with all parameters
    0 the logits are 0.
    """
    replicates = len(parameters["embed"])
    if np.ndim(images) != 4 or images.shape[0] != replicates or images.shape[2:] != (SIDE, SIDE):
        raise ValueError(f"images must have the shape ({replicates}, B, {SIDE}, {SIDE}), not {np.shape(images)}")
    x = _mapped(4 * patches(images, network.patch) - 1, parameters["embed"]) + parameters["position"][:, None]
    seen = []
    for layer in range(network.layers):
        head = _head(parameters, network, layer, _normed(x))
        seen.append(head)
        scores = head.queries @ anp.swapaxes(head.keys, -1, -2) / np.sqrt(network.head)
        mass = anp.exp(scores - anp.max(scores, axis=-1, keepdims=True))
        attended = (mass @ head.values) / anp.sum(mass, axis=-1, keepdims=True)
        x = x + _mapped(attended, parameters[f"output{layer}"])
    pooled = anp.sum(anp.maximum(x, 0), axis=2) / np.sqrt(network.tokens)
    return pooled @ parameters["classes"] + parameters["bias"], seen


def _normed(x: Any) -> Any:
    """Return every token with mean 0 and mean square 1 (layer normalisation, with 1e-3 beside the variance)."""
    centred = x - anp.mean(x, axis=-1, keepdims=True)
    return centred / anp.sqrt(anp.mean(centred**2, axis=-1, keepdims=True) + 1e-3)


def _head(parameters: Parameters, network: Network, layer: int, x: Any) -> Head:
    keys = _mapped(x, parameters[f"key{layer}"])
    queries = keys if network.variant == "symmetric" else _mapped(x, parameters[f"query{layer}"])
    values = _mapped(x, parameters[f"value{layer}"])
    if network.variant == "scaled":
        values = values - parameters[f"mixer{layer}"][:, None] @ values
    if network.threshold is not None:
        keys = anp.clip(keys, -network.threshold, network.threshold)
        queries = anp.clip(queries, -network.threshold, network.threshold)
    return Head(x, queries, keys, values)


def losses(parameters: Parameters, network: Network, images: Any, labels: Array) -> Any:
    """Return the mean cross-entropy of each network, (R,), for labels (R, B) from 0 on; errors as ``run``.

    Worked value: with all parameters 0 and 10 classes it is log 10.
    """
    logits, _ = run(parameters, network, images)
    top = anp.max(logits, axis=-1, keepdims=True)
    total = anp.log(anp.sum(anp.exp(logits - top), axis=-1)) + top[..., 0]
    hot = np.arange(network.classes) == np.asarray(labels)[..., None]
    return anp.mean(total - anp.sum(logits * hot, axis=-1), axis=-1)


def accuracy(parameters: Parameters, network: Network, images: Array, labels: Array) -> Array:
    """Return the share of images (R, B, 8, 8) that each network puts in their class, (R,); errors as ``run``."""
    logits, _ = run(parameters, network, images)
    found: Array = np.mean(np.argmax(logits, axis=-1) == labels, axis=-1)
    return found
