"""Blocks: pure pieces of work that can be done anywhere, in any order, any number of times."""

import importlib
import inspect
import json
import tempfile
import time
import traceback
import warnings
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any, TypeVar

from .seeds import as_json
from .verdict import ClaimError

T = TypeVar("T")

Work = Generator[list["Block"], list[Any], T]
"""A coroutine that asks for batches of blocks, is sent their results in order, and returns a T."""


@dataclass(frozen=True)
class Block:
    """A method of a claim with JSON arguments; its result is a JSON value that depends on nothing else."""

    claim: type[Any]
    method: str
    arguments: tuple[Any, ...]

    @property
    def text(self) -> str:
        """The arguments as JSON text."""
        return as_json(list(self.arguments))

    def __str__(self) -> str:
        return f"{self.claim.__name__}.{self.method}({', '.join(map(as_json, self.arguments))})"

    def address(self) -> tuple[str, str, str, str]:
        """Return what a process that does not know the claim needs to ``perform`` the block."""
        return self.claim.__module__, self.claim.__qualname__, self.method, self.text


@dataclass(frozen=True)
class Fault:
    """An exception in a block, in words, with the places in the code that led there: (file, line, function, text)."""

    kind: str
    message: str
    frames: tuple[tuple[str, int, str, str], ...]


class SimulationError(Exception):
    """A block raised an exception."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"{fault.kind}: {fault.message}")
        self.frames = fault.frames


class LostBlock(Exception):  # noqa: N818 - what happened, not an error of the claim
    """A block that cannot be computed, because it ends the process that tries."""


SPILL = 8000
"""Longer results come back by a file: a worker killed while it sends more than a pipe takes at once stops them all."""


@dataclass(frozen=True)
class Spilled:
    """The name of the file that holds a long result."""

    path: str

    def collect(self) -> str:
        """Return the result and remove the file."""
        path = Path(self.path)
        text = path.read_text("utf-8")
        path.unlink()
        return text


def perform(module: str, qualname: str, method: str, text: str) -> tuple[str | Fault | Spilled, float]:
    """Import a claim, do a block of it, and return the JSON text of the result, or the fault, and the seconds."""
    claim: Any = reduce(getattr, qualname.split("."), importlib.import_module(module))
    result, seconds = do(claim, method, text)
    if isinstance(result, Fault) or len(result) < SPILL:
        return result, seconds
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", prefix="checks-", delete=False) as file:
        file.write(result)
    return Spilled(file.name), seconds


def do(claim: type[Any], method: str, text: str) -> tuple[str | Fault, float]:
    """Do a block in this process; an overflow or a division by zero is a fault."""
    begun = time.perf_counter()
    result: str | Fault
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", RuntimeWarning)
            result = json.dumps(getattr(claim(), method)(*json.loads(text)), allow_nan=False)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # an exit or a skip is the claim's fault as any exception is
        frames = tuple(
            (f.filename, f.lineno or 0, f.name, f.line or "") for f in traceback.extract_tb(error.__traceback__)
        )
        result = Fault(type(error).__name__, str(error), frames)
    return result, time.perf_counter() - begun


def opened(result: str | Fault) -> Any:
    """Return the value of a result; raise what a fault was: ``ClaimError``, ``LostBlock`` or ``SimulationError``."""
    if not isinstance(result, Fault):
        return json.loads(result)
    known = {"ClaimError": ClaimError, "LostBlock": LostBlock}
    raise known[result.kind](result.message) if result.kind in known else SimulationError(result)


def send(work: Work[T], results: list[str | Fault]) -> list[Block]:
    """Send the results of a batch, or throw the first fault among them, and return the next batch.

    Errors: ``StopIteration`` with what the work returns at its end.
    """
    try:
        values = [opened(result) for result in results]
    except (ClaimError, LostBlock, SimulationError) as error:
        return work.throw(error)
    return work.send(values) if inspect.getgeneratorstate(work) != inspect.GEN_CREATED else next(work)


def inline(work: Work[T]) -> T:
    """Do all of the work here and now, and return what it returns."""
    results: list[str | Fault] = []
    try:
        while True:
            results = [do(block.claim, block.method, block.text)[0] for block in send(work, results)]
    except StopIteration as stop:
        returned: T = stop.value
        return returned


def together(parts: Sequence[Work[T]]) -> Work[list[T]]:
    """Do several pieces of work side by side; a batch is what all of them ask for at the time."""
    returned: dict[int, T] = {}
    answers: dict[int, list[Any] | None] = dict.fromkeys(range(len(parts)))
    while True:
        asked: dict[int, list[Block]] = {}
        for i, answer in answers.items():
            try:
                asked[i] = next(parts[i]) if answer is None else parts[i].send(answer)
            except StopIteration as stop:
                returned[i] = stop.value
        if not asked:
            return [returned[i] for i in range(len(parts))]
        results = iter((yield [block for batch in asked.values() for block in batch]))
        answers = {i: [next(results) for _ in batch] for i, batch in asked.items()}
