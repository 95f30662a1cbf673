"""One run of the checks: its options, its claims, and what the court has found so far."""

import os
import sqlite3
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from threadpoolctl import threadpool_limits

from ..report.words import NOT_SELECTED
from . import registry
from .blocks import Block
from .budget import SLOTS
from .claim import Claim, Run
from .court import Outcome, evaluate, propagate
from .crew import Crew, spawned
from .progress import progress
from .registry import Pending
from .store import DamagedStore, Store, StoreError, set_aside
from .tables import slots
from .verdict import ClaimError, Inconclusive


class Session:
    """What the plugin knows of the run."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.run = Run(config.getoption("--tier"), config.getoption("--seeds"))
        directory = config.getoption("--report")
        self.directory = None if directory is None else Path(directory)
        workers = config.getoption("--workers")
        self.workers: int = (os.cpu_count() or 1) if workers is None else workers
        self.evaluated: dict[type[Claim], Outcome] = {}
        self.known: dict[str, type[Claim]] = {}
        self.pending: list[Pending] = []
        self.asked: list[Pending] = []
        self.queue: list[type[Claim]] = []
        self.selected: list[type[Claim]] = []
        self.begun = False
        self.since = time.time()
        self.blocks = ""
        self.written: list[Path] = []
        self.notes: list[str] = []

    @property
    def outcomes(self) -> dict[str, Outcome]:
        """The outcomes by label, each weakened by what it uses."""
        return propagate(self.evaluated[claim] for claim in self.queue if claim in self.evaluated)

    def in_order(self) -> list[Outcome]:
        """Return the outcomes as a reader counts their labels."""
        outcomes = self.outcomes
        return [outcomes[label] for label in registry.in_order(outcomes)]

    def unchecked(self) -> list[Pending]:
        """Return the rows of the ledger without a verdict: without a claim, or not selected."""
        outcomes = self.outcomes
        not_run = [
            Pending(
                label,
                claim.title_or_name(),
                registry.INTERRUPTED if claim in self.queue else NOT_SELECTED,
                f"pytest {claim.where().split(':')[0]} --label {label}",
            )
            for label, claim in self.known.items()
            if label not in outcomes
        ]
        rows = {row.label: row for row in (*self.pending, *not_run)}
        return [rows[label] for label in registry.in_order(rows)]

    def evaluate(self, claims: list[type[Claim]]) -> None:
        """Evaluate claims and those they use; what is done when it is interrupted, or when enough failed, stands."""
        labelled = [claim.label for claim in claims if getattr(claim, "label", "")]
        try:
            self.queue = [self.known[label] for label in registry.closure(labelled, self.known)]
        except ClaimError as error:
            raise pytest.UsageError(str(error)) from None
        self.queue += [claim for claim in claims if not getattr(claim, "label", "")]
        self.selected, self.begun = claims, True
        failures, enough = 0, self.config.option.maxfail or float("inf")
        # One BLAS thread: two under load are many times slower. An overflow or a division by zero is a fault.
        with threadpool_limits(1), warnings.catch_warnings(), self._crew() as (crew, say):
            warnings.simplefilter("error", RuntimeWarning)
            try:
                for i, outcome, seconds in crew.run([evaluate(claim, self.run) for claim in self.queue]):
                    self.evaluated[self.queue[i]] = replace(outcome, seconds=seconds)
                    label = getattr(outcome.claim, "label", "?")
                    # The derivation's verdict waits for the claims that are used.
                    say(f"{label}  {outcome.observation_words}  ({seconds:.1f} s)")
                    failures += outcome.fails and not self._allowed(outcome)
                    if failures >= enough:
                        break
            finally:
                self.blocks = f"blocks: {crew.computed} computed, {crew.stored} from the store"

    def _allowed(self, outcome: Outcome) -> bool:
        return isinstance(outcome.failure(), Inconclusive) and bool(self.config.getoption("--allow-inconclusive"))

    @contextmanager
    def _crew(self) -> Iterator[tuple[Crew, Callable[[str], None]]]:
        make = spawned(self.workers) if self.workers else None
        with progress(self.config) as (say, tell):
            store = self._open_store()
            if store is None:
                yield Crew(make, self.workers, tell=tell), say
                return
            with store:
                shelf = _Shelf(store, self.notes)
                yield Crew(make, self.workers, look_up=shelf.look_up, keep=shelf.keep, tell=tell), say

    def _open_store(self) -> Store | None:
        named = self.config.getoption("--store")
        if self.config.getoption("--no-store"):
            return None
        path = Path(named) if named else self.config.rootpath / ".checks" / "store.sqlite"
        try:
            try:
                return Store(path, since=self.since)
            except DamagedStore as damage:
                self.notes.append(
                    f"damaged store: {damage}; it is kept as {set_aside(path)}, and nothing of it is used"
                )
                return Store(path, since=self.since)
        except StoreError as error:
            if named:
                raise pytest.UsageError(f"--store: {error}") from None
            self.notes.append(f"run without a store: {error}")
            return None

    def complaints(self) -> list[str]:
        """Return what fails a run beside its items: used claims that fail, and an overspent budget."""
        used = [
            f"{label}, which a selected claim uses, fails"
            for label, outcome in self.outcomes.items()
            if outcome.claim not in self.selected and outcome.fails and not isinstance(outcome.failure(), Inconclusive)
        ]
        spent = slots(list(self.evaluated.values()))["spent"]
        return used + ([f"{spent} statistical cases overspend the budget of {SLOTS}"] if spent > SLOTS else [])


class _Shelf:
    """A store that may fail: then the run goes on without it, and says so."""

    def __init__(self, store: Store, notes: list[str]) -> None:
        self.store, self.notes, self.full = store, notes, False

    def look_up(self, block: Block) -> str | None:
        try:
            return self.store.get(block)
        except (DamagedStore, sqlite3.Error) as error:
            self.notes.append(f"damaged store: {error}; computed anew")
            return None

    def keep(self, block: Block, result: str) -> None:
        if not self.full:
            try:
                self.store.put(block, result)
            except sqlite3.Error as error:
                self.full = True
                self.notes.append(f"the store takes no more results ({error}); those of this run are not kept")
