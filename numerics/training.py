"""Training the rank-one softmax or linear head on drawn prompts: gradients back through the layer, descent and SGD."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize

from .attention import layer
from .measured import Measured
from .prompts import Array, covariance_factor, drawn_tokens, finite_vector, known_query, positive_count


def losses_and_gradients(head: str, parameters: Array, queries: Array, keys: Array) -> tuple[Array, Array]:
    """Return ‖q − T(q)‖², shape (n,), and its gradient in μ, shape (n, d), of n heads on a prompt each.

    ``parameters``: μ, (n, d); ``queries``: (n, d); ``keys``: (n, L, d). With e = q − T(q), a score enters the loss by
    −2 w_k e·(x_k − T) for softmax and −2 e·x_k/L for the linear head, and μ enters it by q (μ·x_k) + x_k (μ·q).
    ``ValueError`` for another head. Worked value: d = 1, q = 1, the keys ±1, μ = 1/2, linear: 9/16 and −3/2.
    """
    layer(head)  # refuses an unknown one
    on_keys, on_query = np.einsum("nkd,nd->nk", keys, parameters), np.einsum("nd,nd->n", queries, parameters)
    scores = on_keys * on_query[:, None]
    if head == "softmax":
        weights = np.exp(scores - scores.max(axis=1, keepdims=True))
        weights /= weights.sum(axis=1, keepdims=True)
    else:
        weights = scores / scores.shape[1]
    outputs = np.einsum("nk,nkd->nd", weights, keys)
    errors = queries - outputs
    along = np.einsum("nkd,nd->nk", keys, errors)
    if head == "softmax":
        by_score = -2 * weights * (along - (outputs * errors).sum(axis=1)[:, None])
    else:
        by_score = -2 * along / scores.shape[1]
    gradients = queries * (by_score * on_keys).sum(axis=1)[:, None]
    gradients += np.einsum("nk,nkd->nd", by_score, keys) * on_query[:, None]
    return (errors**2).sum(axis=1), gradients


def drawn_slopes(
    rng: np.random.Generator, n: int, head: str, spectrum: ArrayLike, parameter: ArrayLike, length: int, batch: int
) -> Array:
    """Return what one step of SGD follows, the mean gradient of ``batch`` fresh prompts with a query each, (n, d).

    Σ = diag(spectrum), ``parameter``: μ, (d,), for all n. ``ValueError`` for counts below 1, a spectrum that is
    negative or of another shape, or another head. Worked value: μ = 0 has the mean gradient 0, of either head.
    """
    mu = finite_vector(parameter, "parameter", len(np.atleast_1d(spectrum)))
    values = finite_vector(spectrum, "spectrum", len(mu))
    if values.min() < 0:
        raise ValueError(f"spectrum must not be negative, as {values.min():.3g} is")
    return _mean_slopes(rng, head, np.tile(mu, (positive_count(n, "n"), 1)), np.sqrt(values), length, batch)


def angles_left(
    rng: np.random.Generator,
    n: int,
    head: str,
    spectrum: ArrayLike,
    length: int,
    batch: int,
    start: float,
    rates: Sequence[float],
) -> Array:
    """Return sin² of the angle of μ to the first axis after SGD from ``start`` · v_1, shape (n,).

    Σ = diag(spectrum) with the largest entry first, ``start`` > 0. Every step, of one of the ``rates``, draws a
    ``batch`` of fresh prompts with a fresh query each; no gradient is cut, and a head that has run away to infinity
    counts as at a right angle. ``ValueError`` for counts below 1, no rate, a rate or start that is not positive, a
    spectrum that is negative or has not its largest entry first, or another head. Worked value: one dimension has no
    angle, 0.
    """
    positive_count(n, "n")
    values = finite_vector(spectrum, "spectrum", len(np.atleast_1d(spectrum)))
    steps = finite_vector(rates, "rates", len(rates))
    if not len(steps) or steps.min() <= 0:
        raise ValueError(f"rates must be positive and at least one, not {rates}")
    if not 0 < start < np.inf:
        raise ValueError(f"the start must be positive and finite, not {start}")
    if values.min() < 0 or not values[0] == values.max() > 0:
        raise ValueError(f"spectrum must have its largest entry first, positive, and none negative, not {values}")
    mu = np.zeros((n, len(values)))
    mu[:, 0] = start
    with np.errstate(over="ignore", invalid="ignore"):
        for step in steps:
            mu = mu - step * _mean_slopes(rng, head, mu, np.sqrt(values), length, batch)
        squares = (mu / np.abs(mu).max(axis=1, keepdims=True)) ** 2
        across = squares[:, 1:].sum(axis=1) / squares.sum(axis=1)
    return np.where(np.isfinite(across), across, 1.0)


def _mean_slopes(rng: np.random.Generator, head: str, points: Array, scale: Array, length: int, batch: int) -> Array:
    """Return the mean gradient of ``batch`` fresh prompts with a query each at each of the points, shape (n, d)."""
    positive_count(batch, "batch")
    n, d = points.shape
    tokens = rng.standard_normal((n * batch, positive_count(length, "prompt length L") + 1, d)) * scale
    _, slopes = losses_and_gradients(head, np.repeat(points, batch, axis=0), tokens[:, 0], tokens[:, 1:])
    return slopes.reshape(n, batch, d).mean(axis=1)


def reflected_minimum(
    rng: np.random.Generator, head: str, spectrum: ArrayLike, length: int, query: str, prompts: int
) -> tuple[Measured[float], Measured[float], Measured[float]]:
    """Return where a descent of μ from a random start ends: the nearest axis, from 1, sin² of the angle to it, and b.

    The risk is that of ``prompts`` drawn prompts and of their reflections in all axes, which have the same law.
    Σ = diag(spectrum), d ≤ 4, so that the axes are the eigenvectors; axes without variance are left out. The error
    bounds what the gradient at the end and the curvature across leave open; that of b = μ·Σμ is six standard errors,
    of the gradient along μ over the prompts, by the curvature there. ``ValueError`` for another query or head and bad
    counts; ``ArithmeticError`` if the descent ends where the risk is not curved upwards. Worked value: in one dimension
    there is no angle, 0.
    """
    positive_count(length, "prompt length L")
    positive_count(prompts, "prompts")
    known_query(query)
    factor = covariance_factor(np.diag(np.asarray(spectrum, dtype=float)))
    d = len(factor)
    if d > 4:
        raise ValueError(f"all reflections of d ≤ 4 axes are taken, not of {d}")
    keys = drawn_tokens(rng, (prompts, length), factor)
    queries = drawn_tokens(rng, (prompts,), factor) if query == "fresh" else keys[:, 0]
    signs = np.array([[1.0, *(1 - 2 * (k >> j & 1) for j in range(d - 1))] for k in range(2 ** (d - 1))])

    def each(mu: Array) -> tuple[float, Array]:  # a reflected prompt is the prompt with a reflected μ
        total, slope = 0.0, np.zeros((prompts, d))
        for sign in signs:
            found, slopes = losses_and_gradients(head, np.tile(sign * mu, (prompts, 1)), queries, keys)
            total, slope = total + found.mean() / len(signs), slope + sign * slopes / len(signs)
        return float(total), slope

    def risk(mu: Array) -> tuple[float, Array]:
        total, slopes = each(mu)
        return total, slopes.mean(axis=0)

    start = rng.standard_normal(d) / np.sqrt(np.sum(spectrum))
    end = minimize(risk, start, jac=True, method="BFGS", options={"gtol": 1e-9}).x
    variances = np.diag(factor @ factor.T)
    axis = int(np.argmax(np.where(variances > 0, abs(end), 0)))
    rest = [k for k in range(d) if k != axis and variances[k] > 0]
    across, seen = end[rest], end[variances > 0]
    left = float(np.linalg.norm(risk(end)[1][rest]))
    bend = _least_curvature(risk, end, rest)
    if not bend > 0:
        raise ArithmeticError("the descent ended where the risk is not curved upwards across its direction")
    off = 4 * (left / bend) ** 2 / float(seen @ seen) + 1e-12
    along = _least_curvature(risk, end, [axis])
    if not along > 0:
        raise ArithmeticError("the descent ended where the risk is not curved upwards along its direction")
    moved = float(each(end)[1][:, axis].std()) / np.sqrt(prompts) / along  # of μ, one standard error
    return (
        Measured(axis + 1.0, 0.0),
        Measured(float(across @ across / (seen @ seen)), off),
        Measured(float(variances @ end**2), 6 * float(2 * variances[axis] * abs(end[axis]) * moved)),
    )


def _least_curvature(risk: Callable[[Array], tuple[float, Array]], at: Array, rest: list[int]) -> float:
    if not rest:
        return 1.0
    step = 1e-4 * float(np.linalg.norm(at)) * np.eye(len(at))[rest]
    columns = [(risk(at + s)[1] - risk(at - s)[1])[rest] / (2 * float(np.linalg.norm(s))) for s in step]
    return float(np.linalg.eigvalsh((np.array(columns) + np.array(columns).T) / 2)[0])
