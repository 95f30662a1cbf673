"""The comparisons of one claim, with its mutants judged by the same data."""

import math
from collections.abc import Callable, Iterable
from typing import Any

from .ball import Allowed, ball, upper
from .claim import Claim, Mutant, Observation, Params, Row
from .seeds import as_json
from .verdict import ClaimError, Observed, Survival, judge


class Comparisons:
    """The rows of a claim so far, with the mutants judged on each case as it comes."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.rows: list[Row] = []
        self.cases = 0
        self._seen: set[str] = set()
        self._last: list[Row] = []
        self._mutants = {name: Trial(claim, name, prediction) for name, prediction in claim.mutants().items()}

    def add(self, params: Params, rows: list[Row]) -> None:
        """Add the rows of a case once: Hypothesis repeats cases while it shrinks."""
        for row in rows:
            if not (math.isfinite(row.interval.low) and math.isfinite(row.interval.high)):
                raise ClaimError(f"the interval of {row.quantity or 'the simulation'} is not finite: {row.interval}")
        self._last = rows
        key = as_json(params)
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

    def observation(self, evidence: str = "") -> Observation:
        """Return the verdict on everything added, with the number of cases and the worst D as evidence.

        Nothing is supported by checks that are not shown to be able to fail.
        """
        worst = max((row.detectable / row.scale for row in self.rows), default=0.0)
        cases = f"{self.cases} case{'s' if self.cases != 1 else ''}"
        kinds = sorted({row.interval_kind for row in self.rows if row.alpha > 0})
        reason = ", ".join(filter(None, (cases, *kinds, f"D/scale up to {worst:.2g}", evidence)))
        mutants = tuple(Mutant(name, trial.shift, trial.verdict) for name, trial in self._mutants.items())
        return Observation(tuple(self.rows), mutants, *self._verdict(mutants, reason))

    def _verdict(self, mutants: tuple[Mutant, ...], reason: str) -> tuple[Observed, str]:
        if not self.rows:
            return Observed.INCONCLUSIVE, "there is no case"
        if refuted := [row for row in self.rows if row.verdict is Observed.REFUTED]:
            return Observed.REFUTED, f"{len(refuted)} of {len(self.rows)} comparisons refute it"
        if undecided := [row for row in self.rows if row.verdict is Observed.INCONCLUSIVE]:
            why = " or ".join(sorted({row.undecided or "cannot resolve δ" for row in undecided}))
            return Observed.INCONCLUSIVE, f"{len(undecided)} of {len(self.rows)} comparisons {why}"
        if any(row.detectable > row.scale for row in self.rows):
            return (
                Observed.INCONCLUSIVE,
                "a comparison could not have told the prediction from nothing: D exceeds the scale",
            )
        if not any(mutant.verdict is Survival.REFUTED for mutant in mutants):
            return Observed.INCONCLUSIVE, "no mutant is refuted, so the check is not shown to be able to fail"
        return Observed.SUPPORTED, reason


class Trial:
    """A mutant on trial: refuted by any row, standing if a row could resolve it and none refuted it."""

    def __init__(self, claim: Claim, name: str, prediction: Callable[..., Any]) -> None:
        self.claim = claim
        self.name = name
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
        mutated = self.prediction(**params)
        bias: float | None = None
        if isinstance(mutated, Allowed):
            mutated, bias = mutated.prediction, upper(mutated.bias)
        wrong = self.claim.quantities(mutated)
        known = {row.quantity for row in rows}
        if not wrong or wrong.keys() - known:
            raise ClaimError(f"mutant {self.name!r} predicts {_names(wrong)}, but the claim {_names(known)}")
        for row in rows:
            # A row that decides nothing is asked nothing of a mutant either.
            if row.quantity not in wrong or row.verdict is Observed.INCONCLUSIVE:
                continue
            value = ball(wrong[row.quantity])
            shift = abs(value.value - row.theory.value)
            self.shift = max(self.shift, shift)
            reach = 2 * row.bias + row.theory.radius + value.radius + row.delta
            self._resolvable |= shift > reach and not row.side  # a bound that holds violates no sharper one
            allowed = row.bias if bias is None else bias
            verdict = judge(value, row.interval, bias=allowed, delta=row.delta, side=row.side)
            self._refuted |= verdict is Observed.REFUTED


def _names(quantities: Iterable[str]) -> str:
    return ", ".join(sorted(name or "one number" for name in quantities)) or "nothing"
