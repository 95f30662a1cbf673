"""The softmax risk from drawn scores against the simulation in d dimensions: ``python -m benchmarks.reduction``.

Both are run for a moment; the time to the same standard error is time × variance for a prompt.
"""

import time
import tracemalloc
from collections.abc import Callable

import numpy as np

from numerics.one_dimensional import drawn_parts, reduced_risks
from numerics.risk import drawn_risks

DIMENSION, LENGTH, LONG = 1000, 1000, 10**6


def main() -> None:
    """Print the table."""
    spectrum = np.append(4.0, np.linspace(1.5, 0.5, DIMENSION - 1))
    mu = np.zeros(DIMENSION)
    mu[:3] = 0.3, 0.2, -0.2
    matrix = np.diag(spectrum)

    def tokens(seed: int, n: int) -> np.ndarray:
        return drawn_risks(np.random.default_rng(seed), n, "softmax", mu, matrix, LENGTH)

    def scores(seed: int, n: int) -> np.ndarray:
        return reduced_risks(np.random.default_rng(seed), n, "softmax", mu, matrix, LENGTH)

    print(f"softmax risk at d = {DIMENSION}, L = {LENGTH}, fresh query")
    print(f"{'':28} {'ms a prompt':>12} {'deviation':>10} {'to the same error':>18} {'memory':>8} {'mean':>16}")
    slow = report("tokens in d dimensions", tokens, 40, None)
    report("scores alone", scores, 4000, slow)

    tracemalloc.start()
    begun = time.perf_counter()
    found = drawn_parts(np.random.default_rng(0), 20, "softmax", 0.5, LONG)[:, 1]
    seconds, memory = time.perf_counter() - begun, tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    error = found.std(ddof=1) / np.sqrt(len(found))
    print(f"E Σ w² at L = {LONG}, b = 1/2: {found.mean():.3g} ± {error:.1g}, {seconds:.1f} s, {memory:.0f} MB")


def report(name: str, draw: Callable[[int, int], np.ndarray], n: int, slow: float | None) -> float:
    """Print a row; return seconds × variance for a prompt. What both do once, of order d³, is not counted."""
    draw(0, 1)
    once = timed(draw, 1)
    seconds = (timed(draw, n) - once) / (n - 1)
    risks = draw(1, n)
    tracemalloc.start()
    draw(2, n)
    memory = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    cost = seconds * float(risks.var(ddof=1))
    ratio = "1" if slow is None else f"{slow / cost:.0f} times faster"
    mean = f"{risks.mean():.2f} ± {risks.std(ddof=1) / np.sqrt(n):.2f}"
    print(f"{name:28} {1e3 * seconds:12.3f} {risks.std(ddof=1):10.3f} {ratio:>18} {memory:5.0f} MB {mean:>16}")
    return cost


def timed(draw: Callable[[int, int], np.ndarray], n: int) -> float:
    """Return the seconds that n prompts take."""
    begun = time.perf_counter()
    draw(3, n)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
