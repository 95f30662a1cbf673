"""The court: evaluates claims, and carries what is wrong with a claim to those that use it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from .blocks import LostBlock, SimulationError, Work
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
    seconds: float = 0.0
    result: str = ""
    rests_on: tuple[str, ...] = ()
    inherited_arguments: int = 0
    error: Exception | None = None

    @property
    def arguments(self) -> int:
        """The number of its own steps that are reasoning in prose."""
        return sum(step.kind == "argument" for step in self.steps)

    @property
    def derivation_words(self) -> str:
        """The verdict on the derivation, as in "proved (1 + 3 argument steps)", those of the claims it uses added."""
        if self.derived not in _SOUND:
            return self.derived
        counted = f"{self.arguments} + {self.inherited_arguments}" if self.inherited_arguments else str(self.arguments)
        words = f"refutation {self.derived}" if self.claim.refutation else str(self.derived)
        return f"{words} ({counted} argument step{'' if counted == '1' else 's'})" if counted != "0" else words

    @property
    def observation_words(self) -> str:
        """The verdict on the observation, and whether it was expected."""
        return f"{self.observation.verdict}{' (recorded)' if self.recorded else ''}"

    @property
    def headline(self) -> str:
        """Both verdicts side by side, as in "proved (1 + 3 argument steps) · supported"."""
        return f"{self.derivation_words} · {self.observation_words}"

    @property
    def recorded(self) -> bool:
        """Whether the claim is refuted, and its refutation is on record."""
        return bool(self.claim.refutation) and self.observation.verdict is Observed.REFUTED

    @property
    def sound(self) -> bool:
        """Whether a claim may build on this one."""
        lost = self.derived in (Derived.REFUTED, Derived.INCONCLUSIVE)
        return not lost and self.observation.verdict is Observed.SUPPORTED

    @property
    def fails(self) -> bool:
        """Whether the test of this claim fails."""
        failure = self.failure()
        return failure is not None and not (self.recorded and isinstance(failure, Refuted))

    def failure(self) -> Exception | None:
        """Return what the test of this claim has to raise, None if it passes."""
        if self.error is not None:
            return self.error
        standing = [mutant.name for mutant in self.observation.mutants if mutant.verdict is Survival.STANDING]
        complaints = []
        if self.derived is Derived.REFUTED:
            complaints.append(f"derivation refuted: {self.derived_reason}")
        if standing and self.observation.verdict is not Observed.REFUTED:
            complaints.append(f"mutants standing, so the check cannot fail: {', '.join(standing)}")
        refuted = bool(complaints) or self.observation.verdict is Observed.REFUTED
        if self.derived is Derived.INCONCLUSIVE:
            complaints.append(f"derivation inconclusive: {self.derived_reason}")
        if self.observation.verdict is not Observed.SUPPORTED:
            complaints.append(f"observation {self.observation.verdict}: {self.observation.reason}{self._worst()}")
        if self.claim.refutation and (not self.recorded or self.derived is Derived.REFUTED):
            return ClaimError(
                f"{self._name()} recorded as refuted ({self.claim.refutation}), but it is {self.headline}"
            )
        if not complaints:
            return None
        text = "\n".join((f"{self._name()} {self.headline}", *complaints))
        return Refuted(text) if refuted else Inconclusive(text)

    def _name(self) -> str:
        return f"{self.claim.label} {self.claim.title} ({self.claim.where()}):"

    def _worst(self) -> str:
        # The first such row is Hypothesis's simplest counterexample where there is one.
        rows = (row for row in self.observation.rows if row.verdict is self.observation.verdict)
        return next((f"\n{_describe(row)}" for row in rows), "")


def evaluate(cls: type[Claim], run: Run) -> Work[Outcome]:
    """Derive and observe one claim; an exception of its own becomes part of the outcome."""
    steps: tuple[Step, ...] = ()
    derived, reason, result = Derived.NONE, "", ""
    observation = Observation((), (), Observed.INCONCLUSIVE, "")
    error: Exception | None = None
    try:
        if found := problems(cls):
            raise ClaimError(f"{getattr(cls, 'label', '') or cls.__name__} ({cls.where()}): {'; '.join(found)}")
        claim = cls()
        derivation = claim.derivation()
        if derivation is not None:
            if not (hasattr(derivation, "steps") and hasattr(derivation, "result")):
                raise ClaimError(f"derivation() must return an object with result and steps, not {derivation!r}")
            result, steps = derivation.result, tuple(derivation.steps)
        derived, reason = judge_derivation(steps)
        observation = yield from claim.observe(run)
    except KeyboardInterrupt:
        raise
    except LostBlock as lost:
        observation = replace(observation, reason=str(lost))
    except BaseException as exception:  # any fault of a claim is that claim's alone
        # An exit, or pytest's skip, would be obeyed if it were raised again: a claim has no such way out.
        error = (
            exception if isinstance(exception, Exception) else ClaimError(f"{type(exception).__name__}: {exception}")
        )
        observation = replace(observation, reason=described(error))
    return Outcome(
        claim=cls,
        steps=steps,
        derived=derived,
        derived_reason=reason,
        observation=observation,
        assumptions=cls.assumptions if isinstance(cls.assumptions, tuple) else (),
        result=result,
        error=error,
    )


def described(error: Exception) -> str:
    """Return kind and message of an exception; those of a simulation carry their own kind."""
    return str(error) if isinstance(error, SimulationError) else f"{type(error).__name__}: {error}"


def propagate(outcomes: Iterable[Outcome]) -> dict[str, Outcome]:
    """Return outcomes by label, each weakened by what it uses; used claims have to come before their users."""
    judged: dict[str, Outcome] = {}
    for outcome in outcomes:
        judged[_key(outcome)] = _weaken(outcome, judged)
    return judged


def _key(outcome: Outcome) -> str:
    return getattr(outcome.claim, "label", "") or outcome.claim.identifier()


def _weaken(outcome: Outcome, judged: Mapping[str, Outcome]) -> Outcome:
    used = outcome.claim.used()
    direct = [judged[label] for label in used if label in judged]
    rests_on = tuple(dict.fromkeys([*used, *(label for one in direct for label in one.rests_on)]))
    assumptions = dict.fromkeys([*outcome.assumptions, *(text for one in direct for text in one.assumptions)])
    outcome = replace(
        outcome,
        rests_on=rests_on,
        assumptions=tuple(assumptions),
        inherited_arguments=_inherited(outcome, [judged[label] for label in rests_on if label in judged]),
    )
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
        if judged[label].derived is Derived.CERTIFIED and outcome.derived is Derived.PROVED:
            outcome = replace(outcome, derived=Derived.CERTIFIED)  # it stands on enclosures, too
    return outcome


def _inherited(outcome: Outcome, used: Iterable[Outcome]) -> int:
    """Count the argument steps of the derivations that a claim rests on, each derivation once, its own not again."""
    steps = {one.claim.derivation: one.arguments for one in used}
    steps.pop(outcome.claim.derivation, None)
    return sum(steps.values())


def _describe(row: Row) -> str:
    reach = row.theory.radius + row.bias
    gap = interval_gap(row.theory, row.interval, bias=row.bias, side=row.side)
    case = ", ".join(f"{name} = {value}" for name, value in row.params.items()) or "its only case"
    quantity = f"{row.quantity}: " if row.quantity else ""
    half = (row.interval.high - row.interval.low) / 2
    return (
        f"  at {case}\n"
        f"  {quantity}theory {row.theory.value:.10g} ± {reach:.2g}, "
        f"simulation {row.simulation:.10g} ± {half:.2g} ({row.interval_kind}), "
        + (f"gap {gap:.3g}" if gap else f"resolution δ {row.delta:.2g}")
    )
