"""Deterministic comparisons: equalities and inequalities, up to the numerical error that the simulation returns."""

import math
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from hypothesis.strategies import SearchStrategy

from ..ball import Ball, ball, by_quantity
from ..blocks import Block, Work, do, opened
from ..claim import Claim, Observation, Params, Row, Run
from ..comparisons import Comparisons
from ..drawing import drawn, search
from ..verdict import ClaimError, Interval, Observed, judge
from ..witness import witness

Entries = list[list[Any]]  # of [quantity, value, error]


class Identity(Claim):
    """Theory and simulation are equal, up to the certified radius and the simulation's own numerical error."""

    resolution: ClassVar[float] = 1e-6
    """Numerical errors above this fraction of the scale decide nothing."""

    examples: ClassVar[dict[str, int]] = {"quick": 100, "full": 1000, "deep": 10_000}
    """How many cases Hypothesis draws in each tier; a claim whose cases are slow asks for ``fewer``."""

    @classmethod
    def fewer(cls, factor: int) -> dict[str, int]:
        """Return the numbers of cases divided by ``factor``."""
        return {tier: cases // factor for tier, cases in cls.examples.items()}

    @classmethod
    def own_problems(cls) -> list[str]:
        """Refuse a claim that would set its own tolerance."""
        own = cls.resolution != Identity.resolution
        return ["resolution belongs to the kind, not to the claim"] if own else []

    @abstractmethod
    def simulation(self, *_: Any, **case: Any) -> Any:
        """Return the simulated number with its error (attributes ``value``, ``error``), or a mapping of such."""

    def side_of(self) -> str:
        """Return "" where theory and simulation are to be equal, else which kind of bound the prediction is."""
        return ""

    def measured(self, params: Params) -> Entries:
        """Simulate one case: a block."""
        return [[name, value, error] for name, (value, error) in entries(self.simulation(**params))]

    def drawn(self, root: int, examples: int) -> list[Params]:
        """Draw the cases: a block."""
        cases = self.cases()
        return drawn(cases, root=root, examples=examples) if isinstance(cases, SearchStrategy) else []

    def observe(self, run: Run) -> Work[Observation]:
        """Compare all cases, those drawn by Hypothesis shrunk to a simplest counterexample if there is one."""
        judged = Comparisons(self)
        cases = self.cases()
        root, examples = run.seeds.case(self.label, {}), self.examples[run.tier]
        if isinstance(cases, SearchStrategy):
            (listed,) = yield [Block(type(self), "drawn", (root, examples))]
        else:
            listed = list(cases)
        blocks = [Block(type(self), "measured", (params,)) for params in listed]
        results: list[Entries] = yield blocks
        known: dict[str, Entries] = {}
        for block, result in zip(blocks, results, strict=True):
            if known.setdefault(block.text, result) != result:
                raise ClaimError(f"the case {block.text} was simulated twice with different results")

        def refutes(params: Params) -> bool:
            block = Block(type(self), "measured", (params,))
            if block.text not in known:  # Hypothesis simplifies a counterexample
                known[block.text] = opened(do(type(self), "measured", block.text)[0])
            rows = self._rows(params, known[block.text])
            judged.add(params, rows)
            return any(row.verdict is Observed.REFUTED for row in rows)

        found = [refutes(params) for params in listed]
        if any(found) and isinstance(cases, SearchStrategy):
            search(cases, refutes, root=root, examples=examples)
            judged.keep_last()
        observation = judged.observation(self.evidence(judged.rows))
        if observation.verdict is not Observed.REFUTED:
            return observation
        refuting = [row for row in observation.rows if row.verdict is Observed.REFUTED]
        words = min(filter(None, (witness(self, row) for row in refuting[:20])), key=len, default="")
        reason = f"{observation.reason}; {words}" if words else observation.reason
        return replace(observation, reason=reason, witness=words)

    def evidence(self, rows: list[Row]) -> str:
        """Say how much of what could have been detected was used."""
        return f"residual/D up to {max(map(_share_of_d, rows), default=0):.2g}"

    def _rows(self, params: Params, entries: Entries) -> list[Row]:
        theory = {name: ball(number) for name, number in by_quantity(self.prediction(**params)).items()}
        measured = {name: (value, error) for name, value, error in entries}
        if theory.keys() != measured.keys():
            raise ClaimError(f"theory predicts {', '.join(theory)} but the simulation gives {', '.join(measured)}")
        if not theory:
            raise ClaimError("the prediction is empty")
        scales = scales_of(self, params, theory)
        side = self.side_of()
        rows = []
        for name, prediction in theory.items():
            value, error = measured[name]
            interval = Interval(value - error, value + error)
            delta = self.resolution * scales[name]
            rows.append(
                Row(
                    params=params,
                    quantity=name,
                    theory=prediction,
                    simulation=value,
                    interval=interval,
                    interval_kind="numerical error bound",
                    bias=0.0,
                    delta=delta,
                    scale=scales[name],
                    verdict=judge(prediction, interval, bias=0.0, delta=delta, side=side),
                    numerical_error=error,
                    detectable=prediction.radius + 2 * error,  # the simulation may be off by its error either way
                    side=side,
                )
            )
        return rows


class Bound(Identity):
    """The simulated number never exceeds the prediction (``side = "upper"``), or never falls below it (``"lower"``).

    How sharp the check is, its mutants show: wrong bounds that some case has to violate.
    """

    side: ClassVar[str] = "upper"

    @classmethod
    def own_problems(cls) -> list[str]:
        """Refuse an unknown side."""
        unknown = [] if cls.side in ("upper", "lower") else [f'side must be "upper" or "lower", not {cls.side!r}']
        return super().own_problems() + unknown

    def side_of(self) -> str:
        """Return the side."""
        return self.side

    def evidence(self, rows: list[Row]) -> str:
        """Say how near to the bound a case comes."""
        slack = min((abs(row.theory.value - row.simulation) / row.scale for row in rows), default=math.inf)
        return f"slack/scale down to {slack:.2g}"


def entries(simulated: Any) -> Iterator[tuple[str, tuple[float, float]]]:
    """Yield quantity, value and error of everything that a simulation returns."""
    items: Iterable[tuple[str, Any]]
    items = simulated.items() if isinstance(simulated, Mapping) else [("", simulated)]
    for name, measured in items:
        if not (hasattr(measured, "value") and hasattr(measured, "error")):
            raise ClaimError(f"simulation must return an object with value and error, not {type(measured).__name__}")
        values, errors = np.broadcast_arrays(np.asarray(measured.value, float), np.asarray(measured.error, float))
        if not (np.isfinite(values).all() and np.isfinite(errors).all() and (errors >= 0).all()):
            raise ClaimError(f"a simulated number must be finite with an error ≥ 0, not {values} ± {errors}")
        for index in np.ndindex(values.shape):
            suffix = f"[{', '.join(map(str, index))}]" if index else ""
            yield f"{name}{suffix}", (float(values[index]), float(errors[index]))


def scales_of(claim: Claim, params: Params, theory: Mapping[str, Ball]) -> dict[str, float]:
    """Return the unit of each quantity; ``ClaimError`` unless all are finite and positive."""
    scale = claim.scale(**params)
    if scale is None:
        scale = max(abs(prediction.value) for prediction in theory.values())
    scales = dict(scale) if isinstance(scale, Mapping) else dict.fromkeys(theory, scale)
    if scales.keys() != theory.keys():
        raise ClaimError(f"scale() names {', '.join(scales)}, but the prediction {', '.join(theory)}")
    for name, value in scales.items():
        if not (math.isfinite(value) and value > 0):
            raise ClaimError(
                f"the scale{f' of {name}' if name else ''} must be finite and positive, not {value}; "
                "define scale() where a prediction can be 0"
            )
    return {name: float(value) for name, value in scales.items()}


def _share_of_d(row: Row) -> float:
    residual = abs(row.simulation - row.theory.value)
    return residual / row.detectable if row.detectable else math.inf if residual else 0.0
