"""A step of ascent by its alignment alone against one in d dimensions: ``python -m benchmarks.ascent``.

Both are run for a moment, side by side; time for a step of one run, and the memory at its peak.
"""

import time
import tracemalloc
from collections.abc import Callable

import numpy as np

from numerics import ascent, reduced_ascent
from numerics.ascent import Tokens

TOKENS = Tokens(informative=1000, nuisance=10_000, dimension=1000, strength=1.0, inverse_temperature=1.0)
START, SIZE = 0.5, 0.1


def main() -> None:
    """Print the table."""
    query = np.zeros((1, TOKENS.dimension))
    query[0, :2] = START, np.sqrt(1 - START**2)

    def in_space(seed: int, steps: int) -> float:
        return float(ascent.ascend(np.random.default_rng(seed), query, TOKENS, np.full(steps, SIZE))[0, 0])

    def alone(seed: int, steps: int) -> float:
        return float(reduced_ascent.ascend(np.random.default_rng(seed), [START], TOKENS, np.full(steps, SIZE))[0])

    print(f"projected ascent at d = {TOKENS.dimension}, M = {TOKENS.informative}, K = {TOKENS.nuisance}")
    print(f"{'':24} {'ms a step':>10} {'':>18} {'memory':>10}")
    slow = report("tokens in d dimensions", in_space, 5, None)
    report("the alignment alone", alone, 500, slow)


def report(name: str, run: Callable[[int, int], float], steps: int, slow: float | None) -> float:
    """Print a row; return the seconds of a step, the least of three."""
    run(0, 1)
    seconds = min(timed(run, steps) for _ in range(3)) / steps
    tracemalloc.start()
    run(2, 2)
    memory = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    ratio = "1" if slow is None else f"{slow / seconds:.0f} times faster"
    print(f"{name:24} {1e3 * seconds:10.3f} {ratio:>18} {memory:7.1f} MB")
    return seconds


def timed(run: Callable[[int, int], float], steps: int) -> float:
    """Return the seconds that the steps take."""
    begun = time.perf_counter()
    run(1, steps)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
