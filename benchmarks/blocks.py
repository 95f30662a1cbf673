"""What a block costs beside the work in it: ``python -m benchmarks.blocks``."""

import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from checks.harness.blocks import Block, Work, inline, perform
from checks.harness.crew import Crew
from checks.harness.registry import discover
from checks.harness.store import Store

BLOCKS = 2000
CLAIM = next(claim for claim in discover() if claim.label == "A1.2.linear")
CASE = {"spectrum": [1.0, 0.5], "parameter": [0.5, 0.5], "length": 2}


def asked(n: int) -> Work[list[Any]]:
    """Ask for n blocks of a small case."""
    return (yield [Block(CLAIM, "moments", (CASE, 1, k)) for k in range(n)])


def seconds(work: Any) -> float:
    """Return how long a call takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def main() -> None:
    """Print the table; the start of the worker is not counted."""
    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
    blocks = [Block(CLAIM, "moments", (CASE, 1, k)) for k in range(BLOCKS)]
    pool.submit(perform, *blocks[0].address()).result()

    def futures() -> None:
        for future in [pool.submit(perform, *block.address()) for block in blocks]:
            future.result()

    bare = seconds(lambda: inline(asked(BLOCKS)))
    rows = [("in this process, nothing but the work", bare), ("one worker, futures alone", seconds(futures))]
    with tempfile.TemporaryDirectory() as name, Store(Path(name) / "store.sqlite") as store:
        crew = Crew(lambda: pool, 1, look_up=store.get, keep=store.put)
        rows.append(("one worker, crew and store", seconds(lambda: list(crew.run([asked(BLOCKS)])))))
        again = Crew(None, 1, look_up=store.get)
        rows.append(("from the store", seconds(lambda: list(again.run([asked(BLOCKS)])))))
    print(f"{'':40} {'ms a block':>10} {'overhead':>10} {'ratio':>7}")
    for what, took in rows:
        print(f"{what:40} {1e3 * took / BLOCKS:10.3f} {1e3 * (took - bare) / BLOCKS:10.3f} {took / bare:7.2f}")


if __name__ == "__main__":
    main()
