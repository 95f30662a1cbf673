"""Automatic mutation: every small fault on an executed line of a witness is planted, one at a time, and checked for."""

import contextlib
import io
import os
import shutil
import signal
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import pytest

from .faults import Fault, faults

ROOT = Path(__file__).resolve().parents[2]
WITNESSES = ("theory", "numerics")
_PROJECT = (*WITNESSES, "checks", "pyproject.toml", "conftest.py")
_PRELOADED = ["numpy", "scipy.integrate", "scipy.stats", "sympy", "flint", "mpmath", "hypothesis.strategies", "pytest"]


@dataclass(frozen=True)
class Trial:
    """A planted fault and what became of it: caught (with the first complaint), or survived."""

    file: str
    fault: Fault
    text: str
    caught: bool
    complaint: str

    def __str__(self) -> str:
        return f"{self.file}:{self.fault.line}: {self.fault.sound} → {self.fault.faulty}: {self.text}"


def sites(executed: dict[str, set[int]]) -> Iterator[tuple[str, Fault, str]]:
    """Yield file, fault and source line of every fault on an executed line."""
    for file, ran in sorted(executed.items()):
        source = (ROOT / file).read_bytes()
        lines = source.decode().splitlines()
        for fault in faults(source):
            if ran & {fault.line, *fault.lines}:
                yield file, fault, lines[fault.line - 1].strip()


def executed_lines(options: Sequence[str]) -> dict[str, set[int]]:
    """Run the checks once and return the lines of the witnesses that they execute, by file."""
    with _pool(1) as pool:
        return pool.submit(_trace, list(options)).result()


def try_all(chosen: Iterable[tuple[str, Fault, str]], options: Sequence[str], workers: int) -> Iterator[Trial]:
    """Plant each fault in a copy of its own and run the checks there; yield trials as they end."""
    with _pool(workers) as pool:
        waiting = {pool.submit(_try, file, fault, list(options)): (file, fault, text) for file, fault, text in chosen}
        for future in as_completed(waiting):
            yield Trial(*waiting[future], *future.result())


def explanations() -> dict[tuple[str, str, str], str]:
    """Return why a fault may survive, by file, source line and change."""
    table = tomllib.loads(Path(__file__).with_name("survivors.toml").read_text("utf-8"))
    return {(row["file"], row["line"], row["change"]): row["why"] for row in table.get("survivor", [])}


def _pool(workers: int) -> ProcessPoolExecutor:
    # A new process for each fault, forked from one that has the libraries loaded but nothing of the project.
    context = get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return ProcessPoolExecutor(workers, mp_context=context, max_tasks_per_child=1)


def _enter(directory: Path) -> None:
    for name in _PROJECT:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, directory / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, directory)
    os.chdir(directory)
    sys.path.insert(0, str(directory))
    sys.dont_write_bytecode = True
    for name in [name for name in sys.modules if name.split(".")[0] in (*WITNESSES, "checks")]:
        del sys.modules[name]


def _run(options: list[str]) -> tuple[int, str]:
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        status = pytest.main(["checks/", "-x", "-q", "-p", "no:cacheprovider", "--assert=plain", *options])
    return int(status), output.getvalue()


def _trace(options: list[str]) -> dict[str, set[int]]:
    import coverage  # a development dependency

    with tempfile.TemporaryDirectory() as name:
        directory = Path(name).resolve()
        _enter(directory)
        recorder = coverage.Coverage(data_file=None, source=[str(directory / witness) for witness in WITNESSES])
        recorder.start()
        status, output = _run(options)
        recorder.stop()
        if status != 0:
            raise RuntimeError(f"the checks fail without a fault:\n{output}")
        data = recorder.get_data()
        return {str(Path(f).relative_to(directory)): set(data.lines(f) or ()) for f in data.measured_files()}


def _try(file: str, fault: Fault, options: list[str], limit: int = 300) -> tuple[bool, str]:
    def give_up(*_: object) -> None:
        os.write(1, b"")
        raise KeyboardInterrupt

    with tempfile.TemporaryDirectory() as name:
        directory = Path(name).resolve()
        _enter(directory)
        path = directory / file
        path.write_bytes(fault.plant(path.read_bytes()))
        signal.signal(signal.SIGALRM, give_up)
        signal.alarm(limit)
        status, output = _run(options)
        signal.alarm(0)
    lines = output.splitlines()
    complaint = next((line for line in lines if "refuted" in line or "Error" in line or "inconclusive" in line), "")
    return status != 0, complaint if status != 2 else f"stopped, or not at an end after {limit} s"
