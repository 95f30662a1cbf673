"""Verdicts, the three-way rule that computes them, and the two ways in which a claim can fail."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from .ball import Ball


class Derived(StrEnum):
    """What a derivation amounts to."""

    PROVED = "proved"
    CERTIFIED = "certified"
    HEURISTIC = "heuristic"
    NONE = "none"
    INCONCLUSIVE = "inconclusive"
    REFUTED = "refuted"


class Observed(StrEnum):
    """What the simulations say."""

    SUPPORTED = "supported"
    REFUTED = "refuted"
    INCONCLUSIVE = "inconclusive"
    NOT_CHECKED = "not_checked"


class Survival(StrEnum):
    """What became of a mutant, a prediction that is wrong on purpose."""

    REFUTED = "refuted"
    UNRESOLVED = "unresolved"
    STANDING = "standing"


class Refuted(Exception):  # noqa: N818 - the name of a verdict
    """The claim is contradicted, or one of its mutants stands."""


class Inconclusive(Exception):  # noqa: N818 - the name of a verdict
    """The claim is neither supported nor refuted."""


class ClaimError(Exception):
    """A claim is not well formed, or breaks the contract of its kind."""


STEP_KINDS = ("exact", "argument", "certified", "heuristic", "definition")


class Step(Protocol):
    """One step of a derivation, as a witness states it."""

    @property
    def kind(self) -> str:
        """Say what stands behind the step, one of ``STEP_KINDS``."""

    @property
    def statement(self) -> str:
        """State the step in words or formulas."""

    @property
    def residual(self) -> str | None:
        """Give the normal form of left minus right side of an exact step; it holds iff this is ``"0"``."""

    @property
    def left(self) -> str | None:
        """Give the left side of an exact step."""

    @property
    def right(self) -> str | None:
        """Give the right side of an exact step."""


class Derivation(Protocol):
    """A derivation, as a witness states it."""

    @property
    def result(self) -> str:
        """State what is derived."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """Give the steps in order."""


@dataclass(frozen=True)
class Interval:
    """A confidence interval, or an enclosure by a numerical error bound."""

    low: float
    high: float


def judge(theory: Ball, interval: Interval, *, bias: float, delta: float, side: str = "") -> Observed:
    """Compare an interval C with the prediction T ± radius, at a finite-size allowance and a resolution.

    K0 = [T − r − bias, T + r + bias], without end below where T is an "upper" bound (``side``) and above where it is a
    "lower" one; K1 is K0 widened by ``delta``. Refuted iff C misses K0; supported iff C lies in K1 and meets K0, and
    the prediction is itself resolved, r ≤ ``delta``; else inconclusive.
    Worked value: T = 0, C = [0.1, 0.3], bias 0.2, delta 0.2 is supported.
    """
    if interval_gap(theory, interval, bias=bias, side=side) > 0:
        return Observed.REFUTED
    low, high = _allowed(theory, bias + delta, side)
    inside = low <= interval.low and interval.high <= high
    return Observed.SUPPORTED if inside and theory.radius <= delta else Observed.INCONCLUSIVE


def interval_gap(theory: Ball, interval: Interval, *, bias: float, side: str = "") -> float:
    """Return the distance between C and K0 (see ``judge``), 0 if they meet, infinite if C is not a number."""
    if not interval.low <= interval.high:
        return math.inf
    low, high = _allowed(theory, bias, side)
    return max(0.0, interval.low - high, low - interval.high)


def _allowed(theory: Ball, width: float, side: str) -> tuple[float, float]:
    reach = theory.radius + width
    return (
        -math.inf if side == "upper" else theory.value - reach,
        math.inf if side == "lower" else theory.value + reach,
    )


def judge_derivation(steps: Iterable[Step]) -> tuple[Derived, str]:
    """Return the verdict on a derivation and what speaks against a better one, if anything.

    One exact step that does not hold refutes it; without an exact or certified step it is prose, hence heuristic.
    """
    steps = tuple(steps)
    kinds = [step.kind for step in steps]
    if unknown := set(kinds) - set(STEP_KINDS):
        raise ClaimError(f"unknown kind of derivation step: {', '.join(sorted(unknown))}")
    for number, step in enumerate(steps, start=1):
        if step.kind == "exact" and step.residual != "0":
            return Derived.REFUTED, f"step {number}, {step.statement}: the two sides differ by {step.residual}"
    if not steps:
        return Derived.NONE, ""
    if "heuristic" in kinds:
        return Derived.HEURISTIC, f"step {kinds.index('heuristic') + 1} is not a proof"
    if "certified" in kinds:
        return Derived.CERTIFIED, ""
    if "exact" not in kinds:
        return Derived.HEURISTIC, "no step is exact"
    return Derived.PROVED, ""
