"""Blocks are done by whatever executor there is, in any order, and go on when workers die."""

import os
import signal
import time
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest

from checks.harness.blocks import Block, LostBlock, SimulationError, Work, inline, together
from checks.harness.crew import Crew, spawned
from checks.harness.verdict import ClaimError


class Squares:
    """Stands for a claim: workers import it by name."""

    label = "T"

    def square(self, x: int) -> int:
        return x * x

    def slow(self, x: int, pause: float) -> int:
        time.sleep(pause)
        return x

    def fail(self, x: int) -> int:
        raise ZeroDivisionError(f"at {x}")

    def warn(self) -> float:
        import numpy as np

        return float(np.exp(np.float64(1e4)))

    def refuse(self) -> None:
        raise ClaimError("so not")

    def long(self, n: int) -> str:
        return "x" * n

    def die(self, x: int) -> int:
        os.kill(os.getpid(), signal.SIGKILL)
        return x

    def die_once(self, marker: str) -> str:
        if not Path(marker).exists():
            Path(marker).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return "alive"

    def threads(self) -> list[int]:
        from threadpoolctl import threadpool_info

        return [pool["num_threads"] for pool in threadpool_info()]


def ask(method: str, *calls: tuple[Any, ...]) -> Work[list[Any]]:
    results = yield [Block(Squares, method, call) for call in calls]
    return results


def two_batches(n: int) -> Work[int]:
    first = yield [Block(Squares, "square", (x,)) for x in range(n)]
    second = yield [Block(Squares, "square", (x,)) for x in first]
    return sum(second)


def done(crew: Crew, *works: Work[Any]) -> list[Any]:
    returned = {i: value for i, value, _ in crew.run(list(works))}
    return [returned[i] for i in range(len(works))]


class Backwards(Executor):
    """Ends its blocks in the wrong order."""

    def __init__(self) -> None:
        self.queue: list[tuple[Future[Any], Any]] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.queue.append((future, (fn, args)))
        if len(self.queue) == 4:
            for future_, (fn_, args_) in reversed(self.queue):
                future_.set_result(fn_(*args_))
            self.queue = []
        return future


@pytest.mark.parametrize("make", [None, lambda: ThreadPoolExecutor(2), Backwards, spawned(2)])
def test_results_come_back_in_order_whatever_the_executor(make: Any) -> None:
    crew = Crew(make, 2)
    assert done(crew, two_batches(4), two_batches(4), ask("square", (3,), (4,), (5,), (6,))) == [
        98,
        98,
        [9, 16, 25, 36],
    ]
    assert (crew.asked, crew.computed, crew.stored) == (20, 20, 0)


def test_inline_and_together_do_the_same() -> None:
    assert inline(two_batches(4)) == 98
    assert inline(together([two_batches(4), two_batches(2), ask("square", (3,))])) == [98, 1, [9]]
    assert inline(together([])) == []


@pytest.mark.parametrize("make", [None, spawned(1)])
def test_a_fault_is_thrown_where_it_was_asked_for_with_its_place(make: Any) -> None:
    def caught(method: str, *calls: Any) -> Work[str]:
        try:
            yield [Block(Squares, method, call) for call in calls]
        except (SimulationError, ClaimError) as error:
            return f"{type(error).__name__} {error} {[name for _, _, name, _ in getattr(error, 'frames', ())][-1:]}"
        return "nothing"

    works = caught("square", (1,)), caught("fail", (1,), (2,)), caught("warn", ()), caught("refuse", ())
    assert done(Crew(make, 1), *works) == [
        "nothing",
        "SimulationError ZeroDivisionError: at 1 ['fail']",
        "SimulationError RuntimeWarning: overflow encountered in exp ['warn']",
        "ClaimError so not []",
    ]


def test_a_worker_that_is_killed_is_replaced_and_nothing_is_lost(tmp_path: Path) -> None:
    crew = Crew(spawned(2), 2)
    marker = str(tmp_path / "died")
    assert done(crew, ask("die_once", (marker,)), two_batches(6)) == [["alive"], sum(x**4 for x in range(6))]


def test_a_block_that_kills_three_workers_is_named_and_the_others_are_done() -> None:
    def caught() -> Work[str]:
        try:
            yield [Block(Squares, "die", (7,))]
        except LostBlock as lost:
            return str(lost)
        return "nothing"

    assert done(Crew(spawned(2), 2), two_batches(4), caught()) == [98, "Squares.die(7) ended 3 workers"]


def test_a_pool_that_is_broken_before_it_is_looked_at_is_made_anew() -> None:
    class Broken(ThreadPoolExecutor):
        def submit(self, *_: Any, **__: Any) -> Future[Any]:
            raise BrokenProcessPool

    pools = iter([Broken(1), ThreadPoolExecutor(1)])
    assert done(Crew(lambda: next(pools), 1), ask("square", (3,))) == [[9]]


def test_what_is_stored_is_not_computed() -> None:
    shelf: dict[str, str] = {}

    def crew() -> Crew:
        return Crew(None, 1, look_up=lambda block: shelf.get(block.text), keep=lambda b, r: shelf.update({b.text: r}))

    first, again = crew(), crew()
    assert done(first, two_batches(4)) == done(again, two_batches(4)) == [98]
    # A batch is looked up when it is asked for: 0 and 1 recur in the second one.
    assert (first.computed, first.stored) == (6, 2)
    assert (again.computed, again.stored) == (0, 8)


def test_a_long_result_comes_back_by_a_file_that_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert done(Crew(spawned(1), 1), ask("long", (10**6,), (10,))) == [["x" * 10**6, "x" * 10]]
    assert list(tmp_path.glob("checks-*")) == []


def test_workers_use_one_blas_thread() -> None:
    (threads,) = done(Crew(spawned(1), 1), ask("threads", ()))[0]
    assert set(threads) == {1}


def test_an_interrupt_ends_the_workers() -> None:
    crew = Crew(spawned(1), 1)
    running = crew.run([ask("square", (3,)), ask("slow", (1, 60.0))])
    assert next(running)[1] == [9]
    begun = time.monotonic()
    running.close()
    assert time.monotonic() - begun < 10
