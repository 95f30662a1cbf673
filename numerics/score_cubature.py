"""F, G and W of a head in a short prompt by tensor Gauss–Hermite rules over the scores' normals."""

from itertools import product

import numpy as np

from .measured import Measured, rounding
from .one_dimensional import score_weights
from .prompts import Array, known_query, positive_count


def cubature_parts(nonlinearity: str, coupling: float, length: int, query: str) -> dict[str, Measured[float]]:
    """Return F = E[2gM − M²], G = E Σ w² and W of the head "linear" or "relu", exact but for rounding, L ≤ 4.

    Six nodes a variable, none at 0 and symmetric: exact to degree 11, also where a factor is cut at the sign of one
    variable. ``coupling``: βb ≥ 0; ``query``: "fresh" or "self". ``ValueError`` otherwise.
    Worked value: linear, coupling 1, L = 1, fresh: F = −1, G = 1, W = 0.
    """
    if nonlinearity not in ("linear", "relu"):
        raise ValueError(f"nonlinearity must be linear or relu, not {nonlinearity!r}")
    known_query(query)
    if positive_count(length, "prompt length L") > 4:
        raise ValueError(f"prompt length L must be at most 4 for a tensor rule, not {length}")
    if not (np.isfinite(coupling) and coupling >= 0):
        raise ValueError(f"coupling must be finite and not negative, not {coupling}")
    nodes, weights = np.polynomial.hermite_e.hermegauss(6)
    variables = length + (query == "fresh")
    grid = np.array(list(product(nodes, repeat=variables)))
    mass = np.array(list(product(weights / weights.sum(), repeat=variables))).prod(axis=1)
    g, z = grid[:, 0], grid[:, -length:]
    w = score_weights(nonlinearity, (coupling * g)[:, None] * z)
    mean = (w * z).sum(axis=1)
    own = w[:, 0] * (query == "self")
    return {
        name: _averaged(mass, *terms)
        for name, terms in {"F": (2 * g * mean, -(mean**2)), "G": ((w**2).sum(axis=1),), "W": (own,)}.items()
    }


def _averaged(mass: Array, *terms: Array) -> Measured[float]:
    size = float(sum(mass @ abs(term) for term in terms))
    return Measured(float(mass @ sum(terms)), rounding(64, size))
