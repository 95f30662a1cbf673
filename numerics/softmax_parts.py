"""F, G and W of the softmax head as integrals, for both queries and prompts of up to a million keys: no random number.

Given g, σ = coupling · g and D = Σ_k e^{σz_k}: 1/D^m = ∫ s^{m−1} e^{−sD} ds/(m − 1)!, and the keys separate under the
integral. The trapezoidal rule in log s, z and g converges exponentially; the error is the difference to half as many
nodes in g and in log s, and z is taken fine enough to be below it.
"""

from dataclasses import dataclass

import numpy as np

from .measured import Measured
from .prompts import Array, known_query

_STEP_LOG_S = 1 / 6
_KEYS = 2  # steps of log s in one of σz, where the grids of log s and of σz are aligned
_REACH_G = 8.5  # beyond it a standard normal has the mass 2e-17


@dataclass(frozen=True)
class _Tables:
    """log φ(s) and E z^j e^{mσz} e^{−s e^{σz}} on a grid of log s, for φ(s) = E e^{−s e^{σz}}."""

    log_s: Array
    log_phi: Array
    mean: Array  # j = 1, m = 1
    square: Array  # j = 0, m = 2
    spread: Array  # j = 2, m = 2


def evaluate(coupling: float, length: int, query: str = "self") -> dict[str, Measured[float]]:
    """Return F, G, W of the softmax head at ``coupling`` = βb and L = ``length``, each with its numerical error.

    0 < coupling ≤ 4, 2 ≤ L ≤ 10⁶, query "fresh" or "self"; ``ValueError`` otherwise. Worked value: coupling 2, L = 2,
    self: F = 0.87329…, G = W = 0.69098….
    """
    return sweep(coupling, [length], query)[0]


def sweep(coupling: float, lengths: list[int], query: str = "self") -> list[dict[str, Measured[float]]]:
    """Return ``evaluate`` for several lengths at the cost of one; errors as there."""
    if not 0 < coupling <= 4:
        raise ValueError(f"coupling must be in (0, 4], where the grid of the integrals is fine enough, not {coupling}")
    known_query(query)
    if not lengths or any(int(L) != L or not 2 <= L <= 10**6 for L in lengths):
        raise ValueError(f"prompt length L must be an integer from 2 to 10⁶, not {lengths}")
    step = min(1 / 5, 1 / (10 * coupling))  # the weights turn within g of the order 1/coupling
    grid = np.arange(0, _REACH_G, step)
    mass = 2 * step * np.exp(-(grid**2) / 2) / np.sqrt(2 * np.pi)
    mass[0] /= 2
    fine, coarse = (np.zeros((len(lengths), 3)) for _ in range(2))
    for i, (g, weight) in enumerate(zip(grid, mass, strict=True)):
        tables = _tables(coupling * g, max(lengths))
        for row, length in enumerate(lengths):
            found = _given(g, coupling * g, tables, length, query)
            fine[row] += weight * found[0]
            if i % 2 == 0:
                coarse[row] += 2 * weight * found[1]
    off = abs(fine - coarse) + 1e-13 * (1 + abs(fine))
    return [
        {name: Measured(float(value), float(error)) for name, value, error in zip("FGW", values, errors, strict=True)}
        for values, errors in zip(fine, off, strict=True)
    ]


def _tables(sigma: float, most: int) -> _Tables:
    reach = np.sqrt(2 * np.log(most) + 72)  # a normal maximum of that many keys is larger with probability e^{−36}
    # trapezoids are off by e^{a²/2 − 2πa/spacing} for the half-width a ≤ π/2σ of the strip where Re e^{σz} ≥ 0: 1e-12
    spacing = min(0.4, _KEYS * _STEP_LOG_S / max(sigma, 1e-9))
    z = np.arange(-reach, reach, spacing)
    density = np.exp(-(z**2) / 2) * spacing / np.sqrt(2 * np.pi)
    log_s = np.arange(-sigma * reach - np.log(most) - 40, sigma * reach + 4, _STEP_LOG_S)
    if spacing < 0.4:  # log s + σz runs over one grid: correlations, and so few exponentials
        both = log_s[0] + sigma * z[0] + _STEP_LOG_S * np.arange(len(log_s) + _KEYS * len(z))
    else:
        both = log_s[:, None] + sigma * z
    scaled = np.exp(np.minimum(both, 300))
    damped = np.exp(-scaled)
    once, twice = damped * scaled, damped * scaled**2  # a factor s with every e^{σz}

    def average(of: Array, weights: Array) -> Array:
        return _correlated(of, weights, len(log_s)) if of.ndim == 1 else of @ weights

    lost = average(-np.expm1(-scaled), density)
    phi = average(damped, density)
    with np.errstate(divide="ignore"):
        log_phi = np.where(lost < 0.5, np.log1p(-np.minimum(lost, 0.5)), np.log(phi))
    return _Tables(log_s, log_phi, average(once, density * z), average(twice, density), average(twice, density * z**2))


def _correlated(kernel: Array, weights: Array, count: int) -> Array:
    """Return Σ_j w_j k[i + _KEYS j] for i below ``count``."""
    found = np.empty(count)
    for first in range(_KEYS):
        lines = len(found[first::_KEYS])
        found[first::_KEYS] = np.correlate(kernel[first::_KEYS], weights, "valid")[:lines]
    return found


def _given(g: float, sigma: float, of: _Tables, length: int, query: str) -> tuple[Array, Array]:
    """Return E[2gM − M²], E Σ w², E w_1 given g (averaged over ±g), on the grid of log s and on every other node."""

    def over_s(keys: int) -> Array:  # φ^keys ds/s
        return np.exp(keys * of.log_phi) if keys > 0 else np.ones_like(of.log_phi) * (keys == 0)

    if query == "fresh":
        rest, pairs = over_s(length - 1), over_s(length - 2)
        mean = length * of.mean * rest
        squares = length * of.square * rest
        spread = length * of.spread * rest + length * (length - 1) * of.mean**2 * pairs
        own = np.zeros_like(mean)
    else:
        others = length - 1
        mine = np.exp(np.minimum(of.log_s + sigma * g, 300))  # s e^{σg}
        damped = np.exp(-mine)
        rest, one, two = over_s(others), over_s(others - 1), over_s(others - 2)
        own = damped * mine * rest
        mean = g * own + others * damped * of.mean * one
        squares = damped * (mine**2 * rest + others * of.square * one)
        spread = damped * (
            g**2 * mine**2 * rest
            + 2 * g * mine * others * of.mean * one
            + others * (of.spread * one + (others - 1) * of.mean**2 * two)
        )
    integrands = np.stack([2 * g * mean - spread, squares, own])
    return integrands.sum(axis=1) * _STEP_LOG_S, integrands[:, ::2].sum(axis=1) * 2 * _STEP_LOG_S
