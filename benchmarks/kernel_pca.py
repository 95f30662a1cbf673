"""Kernel-PCA projections of many sequences against a loop over scikit-learn: ``python -m benchmarks.kernel_pca``.

Keys and queries of a sequence: N Gaussian tokens in D dimensions. Ours is the attention layer with V − 1bᵀ, for all
sequences at once; theirs fits and transforms sequence by sequence, from kernel matrices that it is given, or from the
kernel as a function, which is how scikit-learn takes a kernel that it does not have. Times are per sequence and all of
this run, on one BLAS thread. The floor is LAPACK's eigenvectors alone: KernelPCA finds them in the same way and spends
a good part of its time there, so that nothing that finds them, too, can be many times faster than it is with kernel
matrices made for it; the floor's ratio says how many times at most.
"""

import time
import tracemalloc
from collections.abc import Callable

import numpy as np
from sklearn.decomposition import KernelPCA

from numerics.kernel_pca import attention, exact_values, kernel_pca
from numerics.kernel_projections import constants

SEQUENCES, TOKENS, DIMENSION = 1000, 64, 32
TOGETHER = 25  # sequences whose kernels stay in the cache

Project = Callable[[np.ndarray, np.ndarray, int], np.ndarray]


def layers(queries: np.ndarray, keys: np.ndarray, components: int) -> np.ndarray:
    """Return the textbook's projections (n, Q, r) by the attention layer, some sequences at a time."""
    parts = []
    for first in range(0, len(keys), TOGETHER):
        some = keys[first : first + TOGETHER]
        found = kernel_pca(some, components)
        parts.append(attention(queries[first : first + TOGETHER], some, exact_values(found) - constants(found)))
    return np.concatenate(parts)


def precomputed(queries: np.ndarray, keys: np.ndarray, components: int) -> np.ndarray:
    """Return the same by a loop over KernelPCA with kernel matrices that are made for it."""
    projections = []
    for asked, known in zip(queries, keys, strict=True):
        raw = np.exp(known @ known.T / np.sqrt(known.shape[-1]))
        sums = raw.sum(axis=1)
        model = KernelPCA(components, kernel="precomputed").fit(raw / np.outer(sums, sums))
        cross = np.exp(asked @ known.T / np.sqrt(known.shape[-1]))
        projections.append(model.transform(cross / np.outer(cross.sum(axis=1), sums)))
    return np.array(projections)


def called(queries: np.ndarray, keys: np.ndarray, components: int) -> np.ndarray:
    """Return the same by a loop over KernelPCA with the kernel as a function of two tokens."""
    projections = []
    for asked, known in zip(queries, keys, strict=True):
        root = np.sqrt(known.shape[-1])

        def sums(x: np.ndarray, known: np.ndarray = known, root: float = root) -> float:
            return float(np.exp(known @ x / root).sum())

        def kernel(x: np.ndarray, y: np.ndarray, sums: Callable = sums, root: float = root) -> float:
            return float(np.exp(x @ y / root)) / (sums(x) * sums(y))

        projections.append(KernelPCA(components, kernel=kernel).fit(known).transform(asked))
    return np.array(projections)


def eigenvectors(queries: np.ndarray, kernels: np.ndarray, components: int) -> np.ndarray:
    """Return what has to be found whatever else is done: LAPACK's eigenvectors of the kernels (n, N, N)."""
    return np.linalg.eigh(kernels)[1]


def measured(project: Project, queries: np.ndarray, keys: np.ndarray, components: int) -> tuple[float, float]:
    """Return milliseconds per sequence, the least of three, and the peak memory of a call in MB."""
    seconds = []
    for _ in range(3):
        begun = time.perf_counter()
        project(queries, keys, components)
        seconds.append((time.perf_counter() - begun) / len(keys))
    tracemalloc.start()
    project(queries, keys, components)
    memory = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return 1e3 * min(seconds), memory


def main() -> None:
    """Print the table."""
    rng = np.random.default_rng(0)
    keys = rng.standard_normal((SEQUENCES, TOKENS, DIMENSION))
    queries = rng.standard_normal((SEQUENCES, TOKENS, DIMENSION))
    slow = {}
    print(f"kernel-PCA projections of {SEQUENCES} sequences, N = {TOKENS}, D = {DIMENSION}")
    for components in (DIMENSION, 4):
        ours, memory = measured(layers, queries, keys, components)
        print(f"\n{f'{components} components':48} {'ms a sequence':>14} {'ratio':>7} {'MB':>7} {'difference':>11}")
        print(f"{'attention layers, all sequences':48} {ours:14.3f} {1:7.1f} {memory:7.1f}")
        for name, project, some in (
            ("KernelPCA, sequence by sequence, precomputed", precomputed, SEQUENCES),
            ("KernelPCA, sequence by sequence, callable", called, 5),
        ):
            theirs, memory = measured(project, queries[:some], keys[:some], components)
            slow[components, name] = theirs
            # up to the signs of the components
            first, second = (abs(f(queries[:some], keys[:some], components)) for f in (layers, project))
            difference = abs(first - second).max() / abs(second).max()
            print(f"{name:48} {theirs:14.3f} {theirs / ours:7.1f} {memory:7.1f} {difference:11.1e}", flush=True)
    floor, memory = measured(eigenvectors, queries, kernel_pca(keys, DIMENSION).kernel, DIMENSION)
    most = slow[DIMENSION, "KernelPCA, sequence by sequence, precomputed"] / floor
    print(f"\n{'LAPACK: eigenvectors alone, the floor':48} {floor:14.3f} {f'≤ {most:.1f}':>7} {memory:7.1f}")


if __name__ == "__main__":
    main()
