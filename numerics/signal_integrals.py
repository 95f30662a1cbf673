r"""E‖o(q)‖² and E Σ w_i² for prompts of up to a million tokens, as integrals: no random number.

With $D = \sum_i e^{\sigma_i}$, $\sigma_i = \beta q\cdot x_i$: $D^{-2} = \int t\,e^{-tD} dt$, and the independent tokens
separate under the integral. Each class, informative or nuisance, enters through $\varphi = E e^{-te^\sigma}$,
$E e^{2\sigma - te^\sigma}$, $E\lVert x\rVert^2 e^{2\sigma - te^\sigma}$ and the vector $E x\,e^{\sigma - te^\sigma}$,
integrals over the latent sign and q·z: given these, x has mean θsu + (q·z)q up to noise of d − 1 coordinates across q.
The trapezoidal rule in log t and q·z converges exponentially; the error is the difference to every other node.
"""

from dataclasses import dataclass

import numpy as np

from .measured import Measured
from .prompts import Array, positive_count
from .signal_tokens import count_of_tokens, latent_nodes

_STEP_LOG_T, _STEP_G = 1 / 8, 1 / 8
_LATENT_ORDERS = (24, 32)


@dataclass(frozen=True)
class _Class:
    """Integrals over one class of tokens on a grid of log t, with a factor t for every e^σ."""

    count: int
    log_phi: Array
    heat: Array  # e^{2σ}
    size: Array  # ‖x‖² e^{2σ}
    first: Array  # x e^σ along u and across, (2, T)


def expected_square(
    alignment: float,
    inverse_temperature: float,
    strength: float,
    informative: int,
    nuisance: int,
    dimension: int,
    latent: str = "rademacher",
) -> dict[str, Measured[float]]:
    """Return ``square``, J = E‖o(q)‖², and ``weights``, E Σ w_i², over M informative and K nuisance tokens.

    ``alignment``: m = q·u in [−1, 1]; ``dimension``: d ≥ 2; N = M + K from 2 to 10⁶; β in (0, 3] and θβ ≤ 6, for which
    the grid is made. ``ValueError`` otherwise. Source: arXiv:2606.22406 (reconstruction of the model). Worked value:
    θ = 0, M = 0, K = 2 and β → 0: E‖(x_1 + x_2)/2‖² = d/2.
    """
    total = count_of_tokens(informative, nuisance)
    _checked(alignment, inverse_temperature, strength, total)
    if positive_count(dimension, "dimension d") < 2:
        raise ValueError("the dimension d must be at least 2: in one dimension q = ±u")
    numbers = (alignment, inverse_temperature, strength, informative, nuisance, dimension, latent)
    coarse, fine = (_integrated(*numbers, stride) for stride in (2, 1))
    return {
        name: Measured(float(y), float(abs(y - x) + 1e-11 * abs(y)))
        for name, x, y in zip(("square", "weights"), coarse, fine, strict=True)
    }


def _checked(alignment: float, beta: float, strength: float, total: int) -> None:
    if not -1 <= alignment <= 1:
        raise ValueError(f"the alignment m must be in [−1, 1], not {alignment}")
    if not 0 < beta <= 3:
        raise ValueError(f"the inverse temperature β must be in (0, 3], not {beta}")
    if not abs(strength) * beta <= 6:
        raise ValueError(f"strength θ must be finite with |θ|β ≤ 6, not {strength}")
    if not 2 <= total <= 10**6:
        raise ValueError(f"the number of tokens N must be from 2 to 10⁶, not {total}")


def _integrated(
    m: float, beta: float, theta: float, M: int, K: int, dimension: int, latent: str, stride: int
) -> tuple[float, float]:
    values, masses = latent_nodes(latent, _LATENT_ORDERS[stride == 1])
    reach = np.sqrt(2 * np.log(M + K) + 72)  # a normal maximum of that many is larger with probability e^{−36}
    widest = beta * (reach + abs(theta * m) * np.abs(values).max())
    step = _STEP_LOG_T * stride
    log_t = np.arange(-widest - np.log(M + K) - 20, widest + 4, step)
    nothing = np.zeros(1)
    kinds = []
    for count, signs, mass in ((M, theta * values, masses), (K, nothing, nothing + 1)):
        if count:
            kinds.append(_class(count, signs, mass, m, beta, dimension, log_t, _STEP_G * stride, reach))
    square, heat = np.zeros_like(log_t), np.zeros_like(log_t)
    for i, one in enumerate(kinds):
        alone = one.count * _others(kinds, {i: 1})
        square += alone * one.size
        heat += alone * one.heat
        for j, two in enumerate(kinds):
            pairs = one.count * (two.count - (i == j))
            if pairs:
                taken = {i: 2} if i == j else {i: 1, j: 1}
                square += pairs * _others(kinds, taken) * (one.first * two.first).sum(axis=0)
    return float(square.sum() * step), float(heat.sum() * step)


def _others(kinds: list[_Class], taken: dict[int, int]) -> Array:
    """Return the product of φ over all tokens but as many of each class as are ``taken``."""
    return np.exp(sum((kind.count - taken.get(i, 0)) * kind.log_phi for i, kind in enumerate(kinds)))


def _class(
    count: int,
    signs: Array,
    masses: Array,
    m: float,
    beta: float,
    dimension: int,
    log_t: Array,
    step: float,
    reach: float,
) -> _Class:
    """Integrate over q·z and over ``signs``, the values of θs."""
    g = np.arange(-reach, reach, step)
    density = np.exp(-(g**2) / 2) * step / np.sqrt(2 * np.pi)
    mass = np.outer(masses, density).ravel()
    along = (signs[:, None] * m + g).ravel()  # q·x
    across = np.broadcast_to(signs[:, None] * np.sqrt(1 - m * m), (len(signs), len(g))).ravel()
    scaled = np.exp(log_t[:, None] + beta * along)
    damped = np.exp(-scaled)
    lost = -np.expm1(-scaled) @ mass
    kept = damped @ mass
    with np.errstate(divide="ignore"):
        log_phi = np.where(lost < 0.5, np.log1p(-np.minimum(lost, 0.5)), np.log(np.maximum(kept, 1e-300)))
    damped *= scaled
    first = np.stack([damped @ (mass * along), damped @ (mass * across)])
    damped *= scaled
    return _Class(
        count=count,
        log_phi=log_phi,
        heat=damped @ mass,
        size=damped @ (mass * (along**2 + across**2 + dimension - 1)),
        first=first,
    )
