"""The crew: sends blocks to an executor, and goes on when workers die."""

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from multiprocessing import active_children, get_context, parent_process
from typing import Any, Generic, TypeVar

from threadpoolctl import threadpool_limits

from .blocks import Block, Fault, Spilled, Work, do, perform, send

T = TypeVar("T")
Result = str | Fault

DEATHS = 3
"""A block in whose company so many workers die, all but the first alone with it, is given up."""


@dataclass
class Job(Generic[T]):
    """A piece of work under way: the batch it waits for, and what of it is there."""

    index: int
    work: Work[T]
    batch: list[Block] = field(default_factory=list)
    results: dict[int, Result] = field(default_factory=dict)
    deaths: dict[int, int] = field(default_factory=dict)
    seconds: float = 0.0


Place = tuple[Job[Any], int]


def spawned(workers: int) -> Callable[[], Executor]:
    """Return what makes a pool of processes, which import the project anew, as on another machine."""
    return lambda: ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_prepare)


def _prepare() -> None:
    """Make a worker leave Ctrl-C to the main process, end when that ends, and use one BLAS thread."""
    import scipy.linalg  # noqa: F401 - loads the BLAS libraries that are to be limited

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threadpool_limits(1)
    parent = parent_process()

    def end_with_parent() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=end_with_parent, daemon=True).start()


class Crew:
    """Does pieces of work side by side on an executor, which ``make`` makes, and makes again when it breaks.

    ``make`` None: the blocks are done in this process. ``look_up`` returns a stored result or None, ``keep`` is told
    every new one, ``tell`` is called when the counts change. What the work returns depends on none of these.
    """

    def __init__(
        self,
        make: Callable[[], Executor] | None,
        workers: int,
        *,
        look_up: Callable[[Block], str | None] = lambda block: None,
        keep: Callable[[Block, str], None] = lambda block, result: None,
        tell: Callable[["Crew"], None] = lambda crew: None,
    ) -> None:
        self.make = make
        self.depth = 2 * workers  # in flight: enough that no worker waits, so few that a kill loses little
        self.look_up, self.keep, self.tell = look_up, keep, tell
        self.asked = self.computed = self.stored = 0
        self._executor: Executor | None = None
        self._waiting: deque[Place] = deque()
        self._suspects: deque[Place] = deque()
        self._flying: dict[Future[tuple[Result | Spilled, float]], Place] = {}

    def run(self, works: list[Work[T]]) -> Iterator[tuple[int, T, float]]:
        """Yield index, returned value and seconds of each piece of work as it ends."""
        try:
            for index, work in enumerate(works):
                yield from self._advance(Job(index, work))
                self._fill()
            while self._flying or self._waiting or self._suspects:
                for (job, i), result, seconds in self._results():
                    job.seconds += seconds
                    job.results[i] = result
                    if isinstance(result, str):
                        self.keep(job.batch[i], result)
                    self.computed += 1
                    self.tell(self)
                    if len(job.results) == len(job.batch):
                        yield from self._advance(job)
                        self._fill()
        finally:
            self._stop()

    def _advance(self, job: Job[T]) -> Iterator[tuple[int, T, float]]:
        """Send a job its results until it waits for blocks that are not there, or ends."""
        while len(job.results) == len(job.batch):
            begun = time.perf_counter()
            try:
                job.batch = send(job.work, [job.results[i] for i in range(len(job.batch))])
            except StopIteration as stop:
                yield job.index, stop.value, job.seconds + time.perf_counter() - begun
                return
            job.seconds += time.perf_counter() - begun
            found = [self.look_up(block) for block in job.batch]
            job.results = {i: result for i, result in enumerate(found) if result is not None}
            job.deaths = {}
            self._waiting += [(job, i) for i, result in enumerate(found) if result is None]
            self.asked += len(job.batch)
            self.stored += len(job.results)
            self.tell(self)

    def _fill(self) -> None:
        """Send as many blocks on their way as are to be in flight; a suspect flies alone."""
        if self.make is None:
            return
        queue, depth = (self._suspects, 1) if self._suspects else (self._waiting, self.depth)
        while queue and len(self._flying) < depth:
            job, i = queue.popleft()
            self._executor = self._executor or self.make()
            try:
                self._flying[self._executor.submit(perform, *job.batch[i].address())] = job, i
            except BrokenExecutor:  # it broke while nothing was looked at
                queue.appendleft((job, i))
                return

    def _results(self) -> list[tuple[Place, Result, float]]:
        """Return what has ended since, at least one block unless workers died."""
        if self.make is None:
            job, i = self._waiting.popleft()
            return [((job, i), *do(job.batch[i].claim, job.batch[i].method, job.batch[i].text))]
        self._fill()
        done, _ = wait(self._flying, return_when=FIRST_COMPLETED)
        if broken := not self._flying or any(isinstance(future.exception(), BrokenExecutor) for future in done):
            done, _ = wait(self._flying)  # a broken pool fails them all
        ended, victims = [], []
        for future in done:
            place = self._flying.pop(future)
            error = future.exception()
            if error is None:
                result, seconds = future.result()
                ended.append((place, result.collect() if isinstance(result, Spilled) else result, seconds))
            elif isinstance(error, BrokenExecutor):
                victims.append(place)
            else:
                ended.append((place, Fault(type(error).__name__, f"in a worker: {error}", ()), 0.0))
        if broken:
            self._stop()
            ended += [lost for place in victims if (lost := self._suspect(place))]
        return ended

    def _suspect(self, place: Place) -> tuple[Place, Result, float] | None:
        """Put a block that was in flight when a worker died aside, to be tried alone; give it up after the third."""
        job, i = place
        job.deaths[i] = job.deaths.get(i, 0) + 1
        if job.deaths[i] < DEATHS:
            self._suspects.append(place)
            return None
        return place, Fault("LostBlock", f"{job.batch[i]} ended {DEATHS} workers", ()), 0.0

    def _stop(self) -> None:
        """End the workers, also those that are at work."""
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)
            if self._flying:
                for child in active_children():
                    child.terminate()
            self._executor = None
