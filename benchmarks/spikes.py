"""Top eigenvalue and overlap of the spiked model: the reduced sampler against the alternatives.

``python -m benchmarks.spikes``; ratios are of seconds per sample, all measured in this run on one BLAS thread, memory
is the peak of what NumPy allocates for one call. The alternatives are as lean as they can be: the spike along an axis,
one eigenvector only, random numbers drawn in one call.
"""

import time
import tracemalloc
from collections.abc import Callable

import numpy as np
from scipy.linalg import eigh, eigh_tridiagonal
from scipy.sparse.linalg import LinearOperator, eigsh

from numerics.ensembles.reduced import outlier

Sampler = Callable[[np.random.Generator, int, float], None]


def tokens(rng: np.random.Generator, n: int, strength: float) -> np.ndarray:
    """Draw d = n tokens with a spike along the first axis."""
    X = rng.standard_normal((n, n))
    X[0] *= np.sqrt(1 + strength)
    return X


def dense(rng: np.random.Generator, n: int, strength: float) -> None:
    """Draw the tokens, and find the top eigenvector of S by LAPACK."""
    X = tokens(rng, n, strength)
    eigh(X @ X.T / n, subset_by_index=[n - 1, n - 1])


def iterative(rng: np.random.Generator, n: int, strength: float) -> None:
    """Draw the tokens, and find the top eigenvector by Lanczos' iteration on X Xᵀ, never formed."""
    X = tokens(rng, n, strength)
    eigsh(LinearOperator((n, n), matvec=lambda v: X @ (X.T @ v) / n, dtype=float), k=1)


def all_rows(rng: np.random.Generator, n: int, strength: float) -> None:
    """Draw all rows of the bidiagonal form, and find the top eigenpair by LAPACK."""
    degrees = np.arange(n, 0, -1)
    diagonal, below = rng.chisquare(degrees), np.append(rng.chisquare(degrees[1:]), 0.0)
    diagonal[0] *= 1 + strength
    squares = diagonal + np.append(0.0, below[:-1])
    couplings = np.sqrt(diagonal * below)[:-1]
    eigh_tridiagonal(squares / n, couplings / n, select="i", select_range=(n - 1, n - 1))


def reduced(samples: int) -> Sampler:
    """Draw many samples by the reduction."""
    return lambda rng, n, strength: outlier(rng, samples, n, n, strength) and None


def measured(sampler: Sampler, n: int, strength: float, samples: int = 1, repeats: int = 1) -> tuple[float, float]:
    """Return seconds per sample, the least of the repeats, and the peak memory of a call in MB."""
    rng = np.random.default_rng(0)
    seconds = []
    for _ in range(repeats):
        begun = time.perf_counter()
        sampler(rng, n, strength)
        seconds.append((time.perf_counter() - begun) / samples)
    tracemalloc.start()
    sampler(rng, n, strength)
    memory = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return min(seconds), memory


def main() -> None:
    """Print the tables."""
    print(f"{'one sample of (eigenvalue, overlap), d = n':58} {'seconds':>9} {'ratio':>10} {'MB':>8}")
    for n, name, alternative, samples in (
        (10**3, "dense, scipy.linalg.eigh, one eigenvector", dense, 4000),
        (10**4, "tokens, scipy.sparse.linalg.eigsh", iterative, 4000),
        (10**6, "all rows, scipy.linalg.eigh_tridiagonal(select='i')", all_rows, 2000),
    ):
        for strength in (0.0, 2.0):
            ours, our_memory = measured(reduced(samples), n, strength, samples, repeats=3)
            theirs, their_memory = measured(alternative, n, strength)
            what = f"n = {n:.0e}, θ = {strength:g}: reduced, {samples} at once"
            print(f"{what:58} {ours:9.1e} {1:10.0f} {our_memory:8.1f}")
            print(f"{f'  {name}':58} {theirs:9.1e} {theirs / ours:10.0f} {their_memory:8.1f}", flush=True)
    print("\nabove the threshold, θ = 2, d = n: the time does not grow with n")
    for n in (10**3, 10**6, 10**9, 10**12):
        print(f"  n = {n:.0e}: {measured(reduced(4000), n, 2.0, 4000, repeats=3)[0]:.1e} s a sample")


if __name__ == "__main__":
    main()
