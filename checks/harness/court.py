"""The court: evaluates claims, and carries what is wrong with a claim to those that use it."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from .claim import Claim, Observation, Row, Run, problems
from .verdict import (
    ClaimError,
    Derived,
    Inconclusive,
    Observed,
    Refuted,
    Step,
    Survival,
    interval_gap,
    judge_derivation,
)

_SOUND = (Derived.PROVED, Derived.CERTIFIED)


@dataclass(frozen=True)
class Outcome:
    """What the court found on one claim."""

    claim: type[Claim]
    steps: tuple[Step, ...]
    derived: Derived
    derived_reason: str
    observation: Observation
    assumptions: tuple[str, ...]
    seconds: float
    error: Exception | None = None

    @property
    def headline(self) -> str:
        """Both verdicts side by side, as in "proved (2 argument steps) · supported"."""
        reason = f" ({self.derived_reason})" if self.derived_reason and self.derived in _SOUND else ""
        return f"{self.derived}{reason} · {self.observation.verdict}"

    @property
    def sound(self) -> bool:
        """Whether a claim may build on this one."""
        lost = self.derived in (Derived.REFUTED, Derived.INCONCLUSIVE)
        return not lost and self.observation.verdict is Observed.SUPPORTED

    def failure(self) -> Exception | None:
        """Return what the test of this claim has to raise, None if it passes."""
        if self.error is not None:
            return self.error
        standing = [mutant.name for mutant in self.observation.mutants if mutant.verdict is Survival.STANDING]
        complaints = []
        if self.derived is Derived.REFUTED:
            complaints.append(f"derivation refuted: {self.derived_reason}")
        if self.observation.verdict is Observed.REFUTED:
            complaints.append(f"observation refuted: {self.observation.reason}\n{_describe(self._worst())}")
        if standing and self.observation.verdict is not Observed.REFUTED:
            complaints.append(f"mutants standing, so the check cannot fail: {', '.join(standing)}")
        if complaints:
            return Refuted("\n".join((f"{self._name()} {self.headline}", *complaints)))
        if self.derived is Derived.INCONCLUSIVE:
            return Inconclusive(f"{self._name()} {self.headline}\nderivation inconclusive: {self.derived_reason}")
        if self.observation.verdict is Observed.INCONCLUSIVE:
            return Inconclusive(f"{self._name()} {self.headline}\nobservation inconclusive: {self.observation.reason}")
        return None

    def _name(self) -> str:
        return f"{self.claim.label} {self.claim.title} ({self.claim.where()}):"

    def _worst(self) -> Row:
        # The first refuted row is Hypothesis's simplest counterexample where there is one.
        return next(row for row in self.observation.rows if row.verdict is Observed.REFUTED)


def evaluate(cls: type[Claim], run: Run) -> Outcome:
    """Derive and observe one claim; an exception of its own becomes part of the outcome."""
    begun = time.perf_counter()
    steps: tuple[Step, ...] = ()
    derived, reason = Derived.NONE, ""
    observation = Observation((), (), Observed.INCONCLUSIVE, "")
    error: Exception | None = None
    try:
        if found := problems(cls):
            raise ClaimError(f"{getattr(cls, 'label', '') or cls.__name__} ({cls.where()}): {'; '.join(found)}")
        claim = cls()
        derivation = claim.derivation()
        steps = tuple(derivation.steps) if derivation else ()
        derived, reason = judge_derivation(steps)
        observation = claim.observe(run)
    except Exception as exception:
        error = exception
        observation = replace(observation, reason=f"{type(exception).__name__}: {exception}")
    assumptions = tuple(getattr(cls, "assumptions", ()))
    return Outcome(cls, steps, derived, reason, observation, assumptions, time.perf_counter() - begun, error)


def propagate(outcomes: Iterable[Outcome]) -> dict[str, Outcome]:
    """Return outcomes by label, each weakened by what it uses; used claims have to come before their users."""
    judged: dict[str, Outcome] = {}
    for outcome in outcomes:
        judged[_key(outcome)] = _weaken(outcome, judged)
    return judged


def _key(outcome: Outcome) -> str:
    return getattr(outcome.claim, "label", "") or outcome.claim.identifier()


def _weaken(outcome: Outcome, judged: Mapping[str, Outcome]) -> Outcome:
    used = getattr(outcome.claim, "uses", ())
    inherited = [a for label in used if label in judged for a in judged[label].assumptions]
    outcome = replace(outcome, assumptions=tuple(dict.fromkeys((*outcome.assumptions, *inherited))))
    if outcome.derived is Derived.REFUTED:
        return outcome
    for label in used:
        if label not in judged:
            return replace(outcome, derived=Derived.INCONCLUSIVE, derived_reason=f"uses {label}, which is not checked")
        if not judged[label].sound:
            why = f"uses {label}, which is {judged[label].headline}"
            return replace(outcome, derived=Derived.INCONCLUSIVE, derived_reason=why)
        if judged[label].derived not in _SOUND and outcome.derived in _SOUND:
            why = f"uses {label}, whose derivation is {judged[label].derived}"
            outcome = replace(outcome, derived=Derived.HEURISTIC, derived_reason=why)
    return outcome


def _describe(row: Row) -> str:
    reach = row.theory.radius + row.bias
    gap = interval_gap(row.theory, row.interval, bias=row.bias)
    case = ", ".join(f"{name} = {value}" for name, value in row.params.items())
    quantity = f"{row.quantity}: " if row.quantity else ""
    half = (row.interval.high - row.interval.low) / 2
    return (
        f"  at {case}\n"
        f"  {quantity}theory {row.theory.value:.10g} ± {reach:.2g}, "
        f"simulation {row.simulation:.10g} ± {half:.2g} ({row.interval_kind}), gap {gap:.3g}"
    )
