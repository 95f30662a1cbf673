"""The comparisons of one claim, with its mutants judged by the same data."""

import json
from collections.abc import Callable
from typing import Any

from .ball import ball, by_quantity
from .claim import Claim, Mutant, Observation, Params, Row
from .verdict import Observed, Survival, judge


class Comparisons:
    """The rows of a claim so far, with the mutants judged on each case as it comes."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.rows: list[Row] = []
        self.cases = 0
        self._seen: set[str] = set()
        self._last: list[Row] = []
        self._mutants = {name: Trial(prediction) for name, prediction in claim.mutants().items()}

    def add(self, params: Params, rows: list[Row]) -> None:
        """Add the rows of a case once: Hypothesis repeats cases while it shrinks."""
        self._last = rows
        key = json.dumps(params, sort_keys=True)
        if key in self._seen:
            return
        self._seen.add(key)
        self.cases += 1
        self.rows += rows
        for trial in self._mutants.values():
            trial.judge(params, rows)

    def keep_last(self) -> None:
        """Put the rows of the last case, a simplest counterexample, first."""
        self.rows = self._last + [row for row in self.rows if row not in self._last]

    def observation(self, reason: str) -> Observation:
        """Return the verdict on everything added; nothing is supported by checks not shown to be able to fail."""
        mutants = tuple(Mutant(name, trial.shift, trial.verdict) for name, trial in self._mutants.items())
        return Observation(tuple(self.rows), mutants, *self._verdict(mutants, reason))

    def _verdict(self, mutants: tuple[Mutant, ...], reason: str) -> tuple[Observed, str]:
        if not self.rows:
            return Observed.INCONCLUSIVE, "there is no case"
        if refuted := [row for row in self.rows if row.verdict is Observed.REFUTED]:
            return Observed.REFUTED, f"{len(refuted)} of {len(self.rows)} comparisons refute it"
        if undecided := [row for row in self.rows if row.verdict is Observed.INCONCLUSIVE]:
            return Observed.INCONCLUSIVE, f"{len(undecided)} of {len(self.rows)} comparisons cannot resolve δ"
        if not any(mutant.verdict is Survival.REFUTED for mutant in mutants):
            return Observed.INCONCLUSIVE, "no mutant is refuted, so the check is not shown to be able to fail"
        return Observed.SUPPORTED, reason


class Trial:
    """A mutant on trial: refuted by any row, standing if a row could resolve it and none refuted it."""

    def __init__(self, prediction: Callable[..., Any]) -> None:
        self.prediction = prediction
        self.shift = 0.0
        self._refuted = self._resolvable = False

    @property
    def verdict(self) -> Survival:
        """What became of the mutant."""
        if self._refuted:
            return Survival.REFUTED
        return Survival.STANDING if self._resolvable else Survival.UNRESOLVED

    def judge(self, params: Params, rows: list[Row]) -> None:
        """Judge the mutant by the rows of one case."""
        wrong = by_quantity(self.prediction(**params))
        for row in rows:
            if row.quantity not in wrong:
                continue
            mutated = ball(wrong[row.quantity])
            shift = abs(mutated.value - row.theory.value)
            self.shift = max(self.shift, shift)
            radii = row.theory.radius + mutated.radius
            self._resolvable |= shift > 2 * row.bias + radii + row.delta
            verdict = judge(mutated, row.interval, bias=row.bias, delta=row.delta)
            self._refuted |= verdict is Observed.REFUTED
