"""The ascent of ``numerics.ascent`` by its alignment m = q·u alone: a Markov chain, two normals a token and step.

Axes: q, p = (u − mq)/√(1 − m²), and d − 2 more. With the weights w of the scores a_i = x_i·q, W = Σ w² and o = Σ w x:
the noise of o across q is √W times a standard normal vector Z, of which token i has the part w_i Z/√W; the rest of its
noise, along the direction of o across q, is η_i, η ~ N(0, I − wwᵀ/W). These and a_i are all that the gradient's
coefficients c_i = 2βw_i(x_i·o − ‖o‖²) know, so what Σ c_i x_i has across q and o is isotropic: ‖c − (c·w)w/W‖ χ.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .ascent import Tokens, known_sizes
from .one_dimensional import score_weights
from .prompts import Array, finite_array
from .signal_tokens import drawn_latent

_ENTRIES = 2**14  # tokens at a time: the five arrays of 128 kB stay in the cache


@dataclass(frozen=True)
class Parts:
    """The gradient along q and p, and the norm of its rest, (n,) each."""

    query: Array
    across: Array
    rest: Array


def drawn_gradients(
    rng: np.random.Generator, alignments: ArrayLike, tokens: Tokens, *, degrees: tuple[int, int] | None = None
) -> Parts:
    """Draw the gradient of ‖o(q)‖² on N fresh tokens, for q at each of the alignments m, (n,).

    ``degrees``: of freedom of the output's noise across q and p, and of the gradient's rest across the output; other
    than d − 2 and d − 3 they give another law, to compare with. Errors: ``ValueError`` unless −1 ≤ m ≤ 1 and d ≥ 3.
    Source: derived in C8. Worked value: one token alone is the output whatever q is: 0.
    """
    m = _known(alignments, tokens)
    step = _Gradient(tokens, len(m), degrees)
    found = [step.drawn(rng, m[i : i + step.runs]) for i in range(0, len(m), step.runs)]
    return Parts(*(np.concatenate([getattr(part, name) for part in found]) for name in ("query", "across", "rest")))


def ascend(rng: np.random.Generator, alignments: ArrayLike, tokens: Tokens, sizes: ArrayLike) -> Array:
    """Return the alignments, (n,), after a step of each of the sizes from those given, of n independent runs.

    q + ηg has the component m + η(m g_q + √(1 − m²) g_p) along u and the squared norm (1 + ηg_q)² + η²(‖g‖² − g_q²).
    Errors as ``drawn_gradients``, and for steps that are negative or not finite.
    Worked value: the step 0 changes nothing.
    """
    m = _known(alignments, tokens)
    steps = known_sizes(sizes)
    gradient = _Gradient(tokens, len(m))
    for begin in range(0, len(m), gradient.runs):
        runs = m[begin : begin + gradient.runs]
        for size in steps:
            runs = _stepped(runs, gradient.drawn(rng, runs), size)
        m[begin : begin + gradient.runs] = runs
    return m


def _known(alignments: ArrayLike, tokens: Tokens) -> Array:
    m = finite_array(alignments, "alignments m", 1).copy()
    if np.abs(m).max() > 1:
        raise ValueError("alignments m must be between −1 and 1")
    if tokens.dimension < 3:
        raise ValueError(f"the dimension d must be at least 3, not {tokens.dimension}: take numerics.ascent below")
    return m


def _stepped(m: Array, gradient: Parts, size: float) -> Array:
    along = 1 + size * gradient.query
    sine = np.sqrt((1 - m) * (1 + m))
    up, aside = size * gradient.across, size * gradient.rest
    moved: Array = (m * along + sine * up) / np.sqrt(along**2 + up**2 + aside**2)
    return np.minimum(np.maximum(moved, -1.0), 1.0)  # of the order of rounding: ‖q‖ = 1


class _Gradient:
    """The gradient of some runs side by side, in arrays (runs, N) that every step overwrites."""

    def __init__(self, tokens: Tokens, n: int, degrees: tuple[int, int] | None = None) -> None:
        self.runs = min(n, max(1, _ENTRIES // tokens.count))
        self._tokens, self._degrees = tokens, degrees or (tokens.dimension - 2, tokens.dimension - 3)
        self._arrays = [np.empty((self.runs, tokens.count)) for _ in range(5)]

    def drawn(self, rng: np.random.Generator, m: Array) -> Parts:
        """Draw it at the alignments m, not more than ``runs``."""
        n, seen, beta = len(m), self._tokens.informative, self._tokens.inverse_temperature
        a, w, noise, c, beside = (array[:n] for array in self._arrays)
        signal = self._tokens.strength * drawn_latent(rng, (n, seen), self._tokens.latent)
        self._scored(rng, m, signal, a, w)
        signal *= np.sqrt((1 - m) * (1 + m))[:, None]  # what an informative token has along p beside noise
        W, along_q = _sum(w, w), _sum(w, a)
        Z = np.sqrt(W) * np.array([rng.standard_normal(n), _chi(rng, self._degrees[0], n)])  # along p, across q and p
        output = Z + np.array([_sum(w[:, :seen], signal), np.zeros(n)])
        length = np.hypot(*output)
        rng.standard_normal(out=noise)
        noise -= np.multiply(w, (_sum(w, noise) / W)[:, None], out=beside)  # η, along the output across q
        np.multiply(w, ((Z * output).sum(axis=0) / W)[:, None], out=c)
        c[:, :seen] += output[0][:, None] * signal
        c -= (along_q**2 + length**2)[:, None]
        c += np.multiply(a, along_q[:, None], out=beside)
        c += np.multiply(noise, length[:, None], out=beside)
        c *= w
        part, square = _sum(c, w) / W, _sum(c, c)
        plane = part * Z + _sum(c, noise) / length * output
        plane[0] += _sum(c[:, :seen], signal)
        spread = np.sqrt(np.maximum(square - part**2 * W, 0.0))  # not negative but for rounding
        plane += spread * rng.standard_normal(n) / length * np.array([-output[1], output[0]])
        rest = np.hypot(plane[1], spread * _chi(rng, self._degrees[1], n))
        return Parts(2 * beta * _sum(c, a), 2 * beta * plane[0], 2 * abs(beta) * rest)

    def _scored(self, rng: np.random.Generator, m: Array, signal: Array, a: Array, w: Array) -> None:
        """Draw the scores x·q into ``a`` and put their weights into ``w``."""
        rng.standard_normal(out=a)
        a[:, : self._tokens.informative] += m[:, None] * signal
        np.multiply(a, self._tokens.inverse_temperature, out=w)
        score_weights("softmax", w)


def _sum(left: Array, right: Array) -> Array:
    found: Array = np.einsum("nk,nk->n", left, right)
    return found


def _chi(rng: np.random.Generator, degrees: int, n: int) -> Array:
    """Return χ of that many degrees of freedom, (n,); of none it is 0."""
    return np.sqrt(2 * rng.standard_gamma(degrees / 2, n))
