"""What attention with the values of kernel PCA gives for a sequence, with bounds on the numerical error.

Outputs are known up to one sign for each component; products of two outputs of a component have none.
"""

from collections.abc import Callable

import numpy as np

from .kernel_pca import Components, attention, exact_values, kernel_pca, kernel_sums, known_tokens
from .measured import EPS, Measured, rounding
from .prompts import Array


def projections(queries: Array, keys: Array, found: Components) -> Array:
    """Return ⟨φ(q), u_d⟩ = Σ_j a_jd (k_φ(q, k_j) − mean_i k_φ(q, k_i)), (…, Q, r), by kernel arithmetic.

    Shapes as ``attention``. Errors: as ``known_tokens``; ``ValueError`` for another dimension D. Source:
    arXiv:2406.13762 (reconstruction). Worked value: keys 0 and 1 in D = 1, query 0: ±0.274.
    """
    asked, known = _pair(queries, keys)
    raw = np.exp(asked @ np.swapaxes(known, -1, -2) / np.sqrt(known.shape[-1]))
    features = raw / (kernel_sums(asked, known)[..., :, None] * found.sums[..., None, :])
    return (features - features.mean(axis=-1, keepdims=True)) @ found.coefficients


def constants(found: Components) -> Array:
    """Return b_d = (1/N) 1ᵀK_φ a_d, (…, r): the output of the layer for the mean of the features.

    Source: derived here. Worked value: keys 0 and 1 in D = 1: ±0.0633.
    """
    return found.kernel.mean(axis=-2)[..., None, :] @ found.coefficients


def plain_values(found: Components) -> Array:
    """Return GA, (…, N, r), without the mean term. Worked value: its rows, weighted with g, sum to 0."""
    return found.coefficients / found.sums[..., None]


def mixer(found: Components) -> Array:
    """Return S = G 1_N G⁻¹, (…, N, N), a projection of rank one. Worked value: equal sums: all entries are 1/N."""
    sums = found.sums
    return sums[..., None, :] / (sums[..., :, None] * sums.shape[-1])


def mixed_column(keys: Array, column: Array) -> dict[str, Measured]:
    """Return the entries of S² and of (I − S)Ga for any column a, (N,), of one sequence, by name.

    Errors: as ``kernel_pca``; ``ValueError`` for a column of another length. Source: arXiv:2406.13762 (reconstruction).
    Worked value: keys 0 and 1 in D = 1, a = (1, 0): (I − S)Ga = 1/4 and −1/(2 + 2e).
    """
    known = known_tokens(keys, "keys")
    found = kernel_pca(known, 1)  # for the sums alone
    if np.shape(column) != found.sums.shape:
        raise ValueError(f"the column must have the shape {found.sums.shape}, not {np.shape(column)}")
    S, plain = mixer(found), np.asarray(column, dtype=float) / found.sums
    twice, left = S @ S, plain - S @ plain
    relative = 8 * _relative(known, known)
    lost = relative * (abs(plain) + S @ abs(plain))
    entries = {
        f"S² [{i}, {j}]": Measured(float(x), relative * float(x))  # all terms are positive
        for i, row in enumerate(twice)
        for j, x in enumerate(row)
    }
    return entries | {f"(I − S)Ga [{i}]": Measured(float(x), float(lost[i])) for i, x in enumerate(left)}


def scaled_values(found: Components) -> Array:
    """Return (I − S) G A, (…, N, r). Source: arXiv:2406.13762 (reconstruction). Worked value: V of ``exact_values``."""
    plain = plain_values(found)
    return plain - mixer(found) @ plain


def free_mixer(found: Components, target: Array) -> Array:
    """Return the S with (I − S) G A = ``target`` that differs least from I, (…, N, N), for values (…, N, r).

    Errors: ``ValueError`` for values of another shape. Source: derived here. Worked value: target GA: I − S is the
    orthogonal projection on its columns.
    """
    plain = plain_values(found)
    if np.shape(target) != plain.shape:
        raise ValueError(f"target must have the shape of GA, {plain.shape}, not {np.shape(target)}")
    return np.eye(plain.shape[-2]) - target @ np.linalg.pinv(plain)


def projected(
    queries: Array, keys: Array, components: int, values: Callable[[Components], Array] = exact_values
) -> Measured[Array]:
    """Return the outputs (Q, r) of the attention layer with the values made of the components of one sequence.

    Errors: as ``kernel_pca`` and ``attention``; ``ValueError`` for another dimension D. Source: arXiv:2406.13762
    (reconstruction). Worked value: keys 0 and 1 in D = 1, query 0: ±0.274.
    """
    asked, known = _pair(queries, keys)
    found = kernel_pca(known, components)
    outputs = attention(asked, known, values(found))
    return Measured(outputs, _output_errors(asked, known, found))


def products(outputs: Measured[Array], name: str) -> dict[str, Measured]:
    """Return h_i(d) h_j(d) for all pairs of queries i ≤ j and every d, by name: no sign is left to choose.

    Worked value: outputs (2) and (3) for one component have the products 4, 6 and 9.
    """
    values, errors = outputs.value, np.broadcast_to(outputs.error, outputs.value.shape)
    return {
        f"{name}_{d + 1}: {i + 1}·{j + 1}": Measured(
            values[i, d] * values[j, d],
            abs(values[i, d]) * errors[j, d]
            + abs(values[j, d]) * errors[i, d]
            + errors[i, d] * errors[j, d]
            + rounding(1, abs(values[i, d] * values[j, d])),
        )
        for d in range(values.shape[1])
        for i in range(len(values))
        for j in range(i, len(values))
    }


def repaired(keys: Array, components: int) -> Measured[Array]:
    """Return the outputs (N, r) of the layer with V − 1bᵀ at the keys themselves: the scores of textbook kernel PCA.

    Errors: as ``kernel_pca``. Source: derived here. Worked value: keys 0 and 1 in D = 1: ±0.2108, twice opposite.
    """
    known = known_tokens(keys, "keys")
    found = kernel_pca(known, components)
    outputs = attention(known, known, exact_values(found) - constants(found))
    return Measured(outputs, 2 * _output_errors(known, known, found))


def coefficient_errors(keys: Array, found: Components) -> Array:
    """Bound the relative error of a_d, (r,), by what rounding does to the kernel of one sequence and to eigenvectors.

    An eigenvector turns by at most 2 ‖E‖/gap under a perturbation E (Davis and Kahan; doi:10.1137/0707001). Worked
    value: keys 0 and 1 in D = 1, where the gap is λ_1 itself: below 1e-11.
    """
    n, count = len(keys), found.eigenvalues.shape[-1]
    centred = found.kernel - found.kernel.mean(axis=0)
    spectrum = np.linalg.eigvalsh(centred - centred.mean(axis=1)[:, None])[::-1]
    moved = kernel_error(keys, found)
    gaps = np.abs(spectrum[:count, None] - spectrum[None, :]) + np.where(np.eye(count, n) > 0, np.inf, 0)
    gap = np.maximum(gaps.min(axis=1) - 2 * moved, 0)
    with np.errstate(divide="ignore"):
        return 2 * np.sqrt(2) * moved / gap + moved / spectrum[:count]


def kernel_error(keys: Array, found: Components) -> float:
    """Bound, in the spectral norm, the error of the kernel K_φ of one sequence and of its eigenvalues' computation.

    Worked value: keys 0 and 1 in D = 1: below 1e-13.
    """
    size = float(np.linalg.norm(found.kernel))
    return 4 * _relative(keys, keys) * size + rounding(len(keys), size)


def _output_errors(queries: Array, keys: Array, found: Components) -> Array:
    """Bound the errors of the outputs: of the values, which are the coefficients over g, and of the weighted mean."""
    weights = _weights(queries, keys)
    lengths = np.linalg.norm(found.coefficients, axis=0)
    turned = np.linalg.norm(weights / found.sums, axis=1)[:, None] * (coefficient_errors(keys, found) * lengths)
    rounded = (_relative(queries, keys) + 2 * _relative(keys, keys)) * (weights / found.sums) @ abs(found.coefficients)
    return turned + 4 * rounded


def _relative(queries: Array, keys: Array) -> float:
    """Bound the relative error of k(q, k_j)/(g(q) g(k_j)): of the score, which is exponentiated, and of the sums."""
    score = np.linalg.norm(queries, axis=-1).max() * np.linalg.norm(keys, axis=-1).max() / np.sqrt(keys.shape[-1])
    return float(8 * EPS * (keys.shape[-1] * score + 2 * len(keys) + 8))


def _pair(queries: Array, keys: Array) -> tuple[Array, Array]:
    asked, known = known_tokens(queries, "queries"), known_tokens(keys, "keys")
    if asked.shape[-1] != known.shape[-1]:
        raise ValueError(f"queries and keys must have one dimension D, not {asked.shape[-1]} and {known.shape[-1]}")
    return asked, known


def any_outputs(queries: Array, keys: Array, values: Array) -> Measured[Array]:
    """Return the outputs (Q, m) of the attention layer with any values (N, m) of one sequence.

    Errors: as ``known_tokens`` and ``attention``. Worked value: equal rows of the values give that row.
    """
    asked, known = _pair(queries, keys)
    weights = _weights(asked, known)
    return Measured(attention(asked, known, values), 4 * _relative(asked, known) * (weights @ abs(values)))


def mixed_outputs(queries: Array, keys: Array, target: Array) -> Measured[Array]:
    """Return the outputs (Q, r) with (I − S)GA, where S is the ``free_mixer`` to the target (N, r), r ≤ N − 1.

    Errors: as ``kernel_pca`` and ``free_mixer``. Source: derived here. Worked value: the outputs with the target.
    """
    asked, known = _pair(queries, keys)
    found = kernel_pca(known, target.shape[-1])
    plain = plain_values(found)
    outputs = attention(asked, known, plain - free_mixer(found, target) @ plain)
    singular = np.linalg.svd(plain, compute_uv=False)
    lost = rounding(len(known), float(np.linalg.norm(target) * (1 + singular[0]) * (1 + singular[0] / singular[-1])))
    return Measured(outputs, lost + 4 * _relative(asked, known) * (_weights(asked, known) @ abs(target)))


def repaired_moments(keys: Array, components: int) -> dict[str, Measured]:
    """Return b_d², and mean, variances and covariances over the keys of the ``repaired`` outputs.

    Errors: as ``kernel_pca``. Source: derived
    here. Worked value: keys 0 and 1 in D = 1: b_1² = 0.00401, mean 0, variance 0.0444.
    """
    known = known_tokens(keys, "keys")
    found = kernel_pca(known, components)
    scores, b = repaired(known, components), constants(found)[0]
    errors = np.broadcast_to(scores.error, scores.value.shape)
    lost = coefficient_errors(known, found) * np.linalg.norm(found.coefficients, axis=0)
    off = lost * np.linalg.norm(found.kernel.mean(axis=0)) + kernel_error(known, found) * np.linalg.norm(
        found.coefficients, axis=0
    )
    moments: dict[str, Measured] = {}
    for d, x in enumerate(scores.value.T):
        moments[f"b_{d + 1}²"] = Measured(b[d] ** 2, 2 * abs(b[d]) * off[d] + off[d] ** 2)
        moments[f"mean_{d + 1}"] = Measured(x.mean(), errors[:, d].mean() + rounding(len(x), abs(x).mean()))
        for e in range(d + 1):
            y = scores.value[:, e]
            bound = (abs(x) * errors[:, e] + abs(y) * errors[:, d] + errors[:, d] * errors[:, e]).mean()
            moments[f"covariance_{e + 1}{d + 1}"] = Measured(
                (x * y).mean(), bound + rounding(len(x), float(abs(x * y).mean()))
            )
    return moments


def _weights(queries: Array, keys: Array) -> Array:
    return np.exp(queries @ keys.T / np.sqrt(keys.shape[-1])) / kernel_sums(queries, keys)[:, None]
