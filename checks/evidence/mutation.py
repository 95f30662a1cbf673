"""Automatic mutation: every small fault on an executed line of a witness is planted, one at a time, and checked for."""

import contextlib
import io
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from .faults import Fault, faults
from .reach import claims_that_reach

ROOT = Path(__file__).resolve().parents[2]
WITNESSES = ("theory", "numerics")
SECONDS, BYTES = 150, 4 * 2**30
"""What a run may take; a fault that makes the checks hang or eat the memory is caught."""

_PROJECT = (*WITNESSES, "checks", "tests", "pyproject.toml", "conftest.py")
_PRELOADED = ["numpy", "scipy.integrate", "scipy.stats", "sympy", "flint", "mpmath", "hypothesis.strategies", "pytest"]

Site = tuple[str, Fault, str]
Rows = list[list[tuple[float, float]]]  # of each row: theory, simulation, allowance ± error
Numbers = dict[str, Rows]  # of each claim


@dataclass(frozen=True)
class Baseline:
    """A run without a fault: the lines of the witnesses that it executes, its numbers, and its stored results."""

    executed: dict[str, set[int]]
    numbers: Numbers
    store: Path


@dataclass(frozen=True)
class Trial:
    """A planted fault and what became of it.

    ``fate`` is "refuted" where a check fails, with the first ``complaint``. A survivor is "unresolved" if no
    prediction, allowance or simulated number of any claim moves by more than the error that it is stated with, so that
    no comparison could notice; else it is "standing". ``by_tests`` tells whether the witnesses' unit tests catch it.
    """

    file: str
    fault: Fault
    text: str
    fate: str
    complaint: str
    by_tests: bool

    @property
    def change(self) -> str:
        """The change, as it stands in survivors.toml."""
        return f"{self.fault.sound} → {self.fault.faulty}"

    def __str__(self) -> str:
        return f"{self.file}:{self.fault.line}: {self.change}: {self.text}"


def baseline(directory: Path, options: Sequence[str]) -> Baseline:
    """Run the checks once without a fault, keeping its store in ``directory``; ``RuntimeError`` if they fail."""
    with _pool(1) as pool:
        executed, numbers = pool.submit(_trace, directory / "store.sqlite", list(options)).result()
    return Baseline(executed, numbers, directory / "store.sqlite")


def sites(executed: dict[str, set[int]]) -> Iterator[Site]:
    """Yield file, fault and source line of every fault on an executed line."""
    for file, ran in sorted(executed.items()):
        source = (ROOT / file).read_bytes()
        lines = source.decode().splitlines()
        for fault in faults(source):
            if ran & {fault.line, *fault.lines}:
                yield file, fault, lines[fault.line - 1].strip()


def try_all(chosen: Iterable[Site], sound: Baseline, options: Sequence[str], workers: int) -> Iterator[Trial]:
    """Plant each fault in a copy of its own and check the claims that it can change; yield trials as they end."""
    pool, waiting = _pool(workers), {}
    for file, fault, text in chosen:
        labels = [label for label in claims_that_reach(file) if sound.numbers[label]]
        waiting[pool.submit(_try, file, fault, sound, labels, list(options))] = file, fault, text
    try:
        for future in as_completed(waiting):
            yield Trial(*waiting[future], *future.result())
    finally:  # whoever has enough of them leaves the others
        pool.shutdown(cancel_futures=True)


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


def _run(store: Path, options: list[str]) -> tuple[int, str]:
    here = ["--workers", "0", "--store", str(store), "--report", "verdicts.json", "-x", "-q", "-p", "no:cacheprovider"]
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        status = pytest.main(["checks/", *here, "--assert=plain", *options])
    return int(status), output.getvalue()


def _numbers() -> Numbers:
    report: dict[str, Any] = json.loads(Path("verdicts.json").read_text("utf-8"))
    return {
        claim["label"]: [
            [
                (row["theory"], row["theory_radius"]),
                (row["simulation"], (row["interval"][1] - row["interval"][0]) / 2),
                (row["bias"], 1e-9 * row["bias"]),
            ]
            for row in claim["cases"]
        ]
        for claim in report["claims"]
    }


def _trace(store: Path, options: list[str]) -> tuple[dict[str, set[int]], Numbers]:
    import coverage  # a development dependency

    with tempfile.TemporaryDirectory() as name:
        directory = Path(name).resolve()
        _enter(directory)
        recorder = coverage.Coverage(data_file=None, source=[str(directory / witness) for witness in WITNESSES])
        recorder.start()
        status, output = _run(store, options)
        recorder.stop()
        if status != 0:
            raise RuntimeError(f"the checks fail without a fault:\n{output}")
        data = recorder.get_data()
        executed = {str(Path(f).relative_to(directory)): set(data.lines(f) or ()) for f in data.measured_files()}
        return executed, _numbers()


def _try(file: str, fault: Fault, sound: Baseline, labels: list[str], options: list[str]) -> tuple[str, str, bool]:
    def give_up(*_: object) -> None:
        raise KeyboardInterrupt

    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name).resolve()
        _enter(directory)
        path = directory / file
        path.write_bytes(fault.plant(path.read_bytes()))
        store = shutil.copy(sound.store, directory / "store.sqlite")
        signal.signal(signal.SIGALRM, give_up)
        signal.alarm(SECONDS)
        status, output = _run(Path(store), [*options, "--label", ",".join(labels)])
        signal.alarm(0)
        if status == 0:
            tests = [
                sys.executable,
                "-m",
                "pytest",
                "-x",
                "-q",
                "-p",
                "no:cacheprovider",
                "tests/theory",
                "tests/numerics",
            ]
            by_tests = subprocess.run(tests, capture_output=True, check=False).returncode != 0
            numbers = _numbers()
            agree = all(_agree(sound.numbers[label], numbers[label]) for label in labels)
            return "unresolved" if agree else "standing", "", by_tests
    words = ("refuted:", "inconclusive:", "Error", "Warning")
    complaint = next((line for line in output.splitlines() if any(word in line for word in words)), "")
    return "refuted", complaint if status != 2 else f"stopped, or not at its end after {SECONDS} s", False


def _agree(sound: Rows, faulty: Rows) -> bool:
    """Tell whether no number of a claim moved by more than its stated error."""
    return len(sound) == len(faulty) and all(
        abs(before - after) <= max(error, other)
        for row, now in zip(sound, faulty, strict=True)
        for (before, error), (after, other) in zip(row, now, strict=True)
    )
