"""Runs that are killed at a random moment, and what the next run makes of what they left."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WORKERS = 2
IN_FLIGHT = 2 * WORKERS
"""Blocks that the crew has under way at a time: as many may have to be computed again after a kill."""

CLAIMS = '''
import os
import time
from collections import namedtuple
from pathlib import Path

from hypothesis import strategies as st

from checks.harness.kinds import Identity, Mean

Measured = namedtuple("Measured", "value error")


def note(what):
    """Take a while, then note that the block was computed: one line, appended at once."""
    time.sleep(0.02)
    file = os.open(os.environ["EXECUTED"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(file, f"{what}\\n".encode())


class Square(Identity):
    """The square of $x$ is $x^2$."""

    label = "T1"
    title = "Square"
    source = "none"
    examples = {"quick": 60}

    def cases(self):
        return st.fixed_dictionaries({"x": st.integers(2, 10**6)})

    def prediction(self, x):
        return x * x

    def simulation(self, x):
        note(x)
        return Measured(float(x * x), 1e-9 * x * x)

    def mutants(self):
        return {"cube": lambda x: x**3}


class Centre(Mean):
    """The mean of $N(m, 1)$ is $m$."""

    label = "T2"
    title = "Centre"
    source = "none"
    resolution = 0.05
    block = 512

    def cases(self):
        return [{"m": 1}, {"m": 2}]

    def prediction(self, m):
        return m

    def simulation(self, rng, n, m):
        values = m + rng.standard_normal(n)
        note(values[0])
        return values

    def mutants(self):
        return {"twice": lambda m: 2 * m}
'''


@dataclass(frozen=True)
class Kill:
    """One kill: of whom, after how many seconds, and what came of it."""

    who: str
    after: float
    identical: bool
    recomputed: int

    @property
    def survived(self) -> bool:
        """Whether the verdicts are as without a kill, and no more was computed twice than was in flight."""
        return self.identical and self.recomputed <= IN_FLIGHT


class Killer:
    """Runs example claims in a directory of its own, which it fills."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        (directory / "killed_claims.py").write_text(CLAIMS, "utf-8")
        begun = time.monotonic()
        if self._start("sound").wait() != 0:
            raise RuntimeError(f"the example claims fail without a kill, see {directory / 'sound.log'}")
        self.duration = time.monotonic() - begun
        self.sound, self.needed = self._verdicts("sound"), self._executed("sound")

    def kill(self, who: str, number: int, chance: random.Random) -> Kill:
        """Kill -9 a worker, or the main process ("main"), at a random moment of a run, and run again if it ended."""
        name = f"{who}-{number}"
        store = self.directory / f"{name}.sqlite"
        process = self._start(name, store)
        begun = time.monotonic()
        time.sleep(chance.uniform(0.2, 0.9) * self.duration)
        workers = _workers(process.pid)
        victim = process.pid if who == "main" else chance.choice(workers) if workers else None
        after = time.monotonic() - begun
        if victim is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
        if process.wait() != 0 or who == "main":
            _wait_for_the_end(workers)  # a worker whose main process is gone finishes its block and goes
            self._start(name, store).wait()
        recomputed = (self._executed(name) - self.needed).total()
        return Kill(who, after, self._verdicts(name) == self.sound, recomputed)

    def _executed(self, name: str) -> Counter[str]:
        """Return how often each block was computed; the first of a case is meant to be, twice."""
        return Counter((self.directory / f"{name}.executed").read_text("utf-8").split("\n")[:-1])

    def _start(self, name: str, store: Path | None = None) -> "subprocess.Popen[bytes]":
        options = ["--store", str(store)] if store else ["--no-store"]
        command = [sys.executable, "-m", "pytest", "-p", "checks.harness.plugin", "-p", "no:cacheprovider"]
        command += ["killed_claims.py", "--workers", str(WORKERS), "--report", f"{name}.json", *options]
        path = os.pathsep.join([str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH", "")])
        environment = {**os.environ, "EXECUTED": str(self.directory / f"{name}.executed"), "PYTHONPATH": path}
        with (self.directory / f"{name}.log").open("ab") as log:
            return subprocess.Popen(command, cwd=self.directory, stdout=log, stderr=log, env=environment)

    def _verdicts(self, name: str) -> Any:
        path = self.directory / f"{name}.json"
        if not path.exists():
            return None
        report = json.loads(path.read_text("utf-8"))
        for claim in report["claims"]:
            claim["seconds"] = 0
        return report


def _workers(pid: int) -> list[int]:
    """Return the workers of a process (on Linux)."""
    with contextlib.suppress(OSError):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
        return [int(c) for c in children if b"spawn_main" in Path(f"/proc/{c}/cmdline").read_bytes()]
    return []


def _wait_for_the_end(pids: list[int], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while living := [pid for pid in pids if Path(f"/proc/{pid}").exists()]:
        if time.monotonic() > deadline:
            raise RuntimeError(f"workers {living} outlive their main process")
        time.sleep(0.05)
