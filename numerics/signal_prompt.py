"""An infinite prompt of informative and nuisance tokens as weighted nodes, and the squared output of a query on it."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from . import signal_tokens
from .landscapes import Gradient
from .prompts import Array, Prompt, finite_array, hermite_prompt, positive_count

Latent = str | Iterable[tuple[float, float]]
"""A law of the latent sign by name, or as pairs of a value and its probability."""

NEGLIGIBLE = 1e-19
"""Nodes are left out that have a smaller share of the weights for every unit query."""


@dataclass(frozen=True)
class Recovery:
    """What a softmax head at β sees: share π of informative tokens of strength θ, their latent signs, and d/N → δ."""

    inverse_temperature: float
    strength: float
    share: float
    ratio: float = 0.0
    latent: Latent = "rademacher"

    def __post_init__(self) -> None:
        """Refuse numbers out of range."""
        numbers = (self.inverse_temperature, self.strength, self.share, self.ratio)
        b, t, p, r = numbers
        if not (np.isfinite(numbers).all() and b > 0 and t >= 0 and 0 <= p <= 1 and r >= 0):
            raise ValueError(f"must be finite with β > 0, θ ≥ 0, 0 ≤ π ≤ 1, δ ≥ 0, not {numbers}")

    @property
    def order(self) -> int:
        """Return how many nodes an axis takes: e^{2βz} is integrated where weights are squared, else e^{βz}."""
        return 14 + int(np.ceil(6 * self.inverse_temperature * (2 if self.ratio else 1)))


def latent_nodes(latent: Latent, order: int) -> tuple[Array, Array]:
    """Return values of the latent sign, shape (k,), and their probabilities; the normal law has ``order`` nodes.

    ``ValueError`` for an unknown name, or probabilities that are none or do not sum to 1.
    Worked value: "rademacher" gives (1, −1) and (1/2, 1/2).
    """
    if isinstance(latent, str):
        return signal_tokens.latent_nodes(latent, order)
    pairs = finite_array(list(latent), "latent sign", 2)
    if pairs.shape[1] != 2:
        raise ValueError(f"a latent sign must be pairs of a value and its probability, not of the shape {pairs.shape}")
    signal_tokens.known_law(*pairs.T)
    return pairs[:, 0], pairs[:, 1]


def mixture_prompt(model: Recovery, dimension: int, order: int | None = None) -> Prompt:
    """Return the nodes of θ s u + z (share π) and z (share 1 − π), u the first axis, z ~ N(0, I_d), as a prompt.

    ``order``: nodes an axis, ``model.order`` if None. Errors: ``ValueError`` for d < 1, for β (and with a Gaussian sign
    θβ) too large for the nodes, and as ``latent_nodes``.
    Worked value: π = 1, constant latent: the mean of the tokens is θ e_1.
    """
    per_axis = model.order if order is None else order
    steepest = model.inverse_temperature * (2 if model.ratio else 1)
    signal_tokens.known_order(steepest * max(1.0, model.strength if model.latent == "gaussian" else 0), per_axis)
    noise = hermite_prompt(np.eye(positive_count(dimension, "dimension d")), per_axis)
    prompt = signal_tokens.signal_nodes(noise, model.strength, model.share, *latent_nodes(model.latent, per_axis))
    reach = steepest * np.linalg.norm(prompt.tokens, axis=1)
    kept = prompt.weights * np.exp(reach) > NEGLIGIBLE
    return Prompt(prompt.tokens[kept], prompt.weights[kept])


def square_and_gradient(
    queries: ArrayLike, prompt: Prompt, inverse_temperature: float, ratio: float = 0.0
) -> tuple[Array, Array]:
    """Return ‖o(q)‖² + δ Σ p ω², shape (n,), and its Euclidean gradient in q, (n, d), back through the softmax.

    A node of mass p has the weight pω, o = Σ pω x. Each of its pN tokens has the weight ω/N in a prompt of N tokens,
    so Σ p ω² is N times the sum of squared weights, and δ times it what d = δN coordinates of noise add to the square.
    ``queries``: (n, d). Errors: ``ValueError`` for shapes that do not fit, what is not finite, or δ < 0.
    Worked value: d = 1, nodes ±1 of mass 1/2, q = β = 1, δ = 0: tanh² 1 and 2 tanh 1 (1 − tanh² 1).
    """
    q = finite_array(queries, "queries", 2)
    if q.shape[1] != prompt.tokens.shape[1]:
        raise ValueError(f"queries must be (n, d) for nodes (K, d), not {q.shape} for {prompt.tokens.shape}")
    if not (np.isfinite(inverse_temperature) and np.isfinite(ratio) and ratio >= 0):
        raise ValueError(f"β and δ must be finite and δ ≥ 0, not {inverse_temperature} and {ratio}")
    scores = inverse_temperature * q @ prompt.tokens.T
    scores -= scores.max(axis=1, keepdims=True)
    density = np.exp(scores)
    density /= (density @ prompt.weights)[:, None]
    weights = density * prompt.weights
    output = weights @ prompt.tokens
    square = (output**2).sum(axis=1)
    by_score = output @ prompt.tokens.T - square[:, None]
    value = square
    if ratio:
        squares = (weights * density).sum(axis=1)
        value = square + ratio * squares
        by_score += ratio * (density - squares[:, None])
    return value, 2 * inverse_temperature * (weights * by_score) @ prompt.tokens


def descent(model: Recovery, dimension: int, order: int | None = None) -> Gradient:
    """Return the gradient of −J(q/‖q‖), (n, d) to (n, d): the flow along its negative ascends J on the sphere.

    Errors as ``mixture_prompt``; the gradient's, ``ValueError`` for a point that is 0, which has no direction.
    Worked value: in one dimension the gradient is 0.
    """
    prompt = mixture_prompt(model, dimension, order)

    def gradient(points: Array) -> Array:
        lengths = np.linalg.norm(points, axis=1)[:, None]
        if not lengths.all():
            raise ValueError("a query must not be zero: it has no direction")
        directions = points / lengths
        _, slopes = square_and_gradient(directions, prompt, model.inverse_temperature, model.ratio)
        return ((slopes * directions).sum(axis=1, keepdims=True) * directions - slopes) / lengths

    return gradient
