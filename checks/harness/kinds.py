"""The kinds of claims. A kind owns the comparison; no claim writes a tolerance."""

import math
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

import numpy as np
from hypothesis.strategies import SearchStrategy
from numpy.typing import NDArray

from .ball import Ball, ball, by_quantity, upper
from .budget import ALPHA, MISS
from .claim import Claim, Observation, Params, Row, Run
from .comparisons import Comparisons
from .drawing import search
from .intervals import CLT, Moments, clt_interval, replicates_needed, sampling_radius
from .seeds import generator
from .verdict import ClaimError, Interval, Observed, judge


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
        return ["resolution belongs to the kind Identity"] if "resolution" in vars(cls) else []

    @abstractmethod
    def simulation(self, *_: Any, **case: Any) -> Any:
        """Return the simulated number with its error (attributes ``value``, ``error``), or a mapping of such."""

    def observe(self, run: Run) -> Observation:
        """Compare all cases, those drawn by Hypothesis shrunk to a simplest counterexample if there is one."""
        judged = Comparisons(self)
        cases = self.cases()
        if isinstance(cases, SearchStrategy):

            def refutes(params: Params) -> bool:
                rows = self._rows(params)
                judged.add(params, rows)
                return any(row.verdict is Observed.REFUTED for row in rows)

            if search(cases, refutes, root=run.seeds.case(self.label, {}), examples=self.examples[run.tier]):
                judged.keep_last()
        else:
            for params in cases:
                judged.add(params, self._rows(params))
        return judged.observation(f"residual/D up to {max(map(_share_of_d, judged.rows), default=0):.2g}")

    def _rows(self, params: Params) -> list[Row]:
        theory = {name: ball(number) for name, number in by_quantity(self.prediction(**params)).items()}
        measured = _measured(self.simulation(**params))
        if theory.keys() != measured.keys():
            raise ClaimError(f"theory predicts {', '.join(theory)} but the simulation gives {', '.join(measured)}")
        if not theory:
            raise ClaimError("the prediction is empty")
        scales = _scales(self, params, theory)
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
                    verdict=judge(prediction, interval, bias=0.0, delta=delta),
                    numerical_error=error,
                    detectable=prediction.radius + 2 * error,  # the simulation may be off by its error either way
                )
            )
        return rows


class Mean(Claim):
    """The prediction is the expectation of a simulated number, up to a stated finite-size allowance."""

    resolution: ClassVar[float]
    """The discrepancy δ to be resolved in the quick tier, as a fraction of the scale; it decides the replicates."""

    sharpening: ClassVar[dict[str, int]] = {"quick": 1, "full": 2, "deep": 8}
    """By how much δ is smaller in a tier; the replicates grow with its square."""

    block: ClassVar[int] = 64
    """Replicates that are simulated together."""

    pilot: ClassVar[int] = 1024
    """Replicates, not used again, from which the number of replicates is planned."""

    most: ClassVar[dict[str, int]] = {"quick": 10**6, "full": 10**7, "deep": 10**9}
    """Replicates of a case that a tier affords."""

    @abstractmethod
    def simulation(self, rng: np.random.Generator, n: int, *_: Any, **case: Any) -> NDArray[np.float64]:
        """Return n independent replicates, shape (n,), drawn from ``rng``."""

    @classmethod
    def own_problems(cls) -> list[str]:
        """Refuse a claim that does not say what it wants to resolve."""
        resolution = getattr(cls, "resolution", None)
        if isinstance(resolution, int | float) and 0 < resolution < 1:
            return []
        return ["resolution, the δ to be resolved as a fraction of the scale, must be between 0 and 1"]

    def bias(self, *_: Any, **case: Any) -> Any:
        """Return a bound of the distance between the prediction and the exact expectation (0: it is exact)."""
        return 0

    def observe(self, run: Run) -> Observation:
        """Plan the replicates of every case, simulate them in blocks and compare."""
        cases = self.cases()
        if isinstance(cases, SearchStrategy):
            raise ClaimError("a Mean lists its cases: a random test inside Hypothesis has no false-alarm rate")
        judged = Comparisons(self)
        for params in cases:
            judged.add(params, [self._row(params, run)])
        return judged.observation()

    def _row(self, params: Params, run: Run) -> Row:
        theory = ball(self.prediction(**params))
        bias = _allowance(self.bias(**params))
        (scale,) = _scales(self, params, {"": theory}).values()
        delta = self.resolution * scale / self.sharpening[run.tier]
        case_seed = run.seeds.case(self.label, params)
        pilot = self._moments(params, case_seed, first=0, n=self.pilot)
        if pilot.m2 == 0:
            raise ClaimError("the replicates do not vary: a Mean is of random numbers; else use Identity")
        # A pilot's deviation is itself uncertain: a tenth more of it is a fifth more replicates.
        needed = replicates_needed(1.1 * pilot.deviation, delta, ALPHA, MISS)
        blocks = math.ceil(max(2, min(needed, self.most[run.tier])) / self.block)
        moments = self._moments(params, case_seed, first=math.ceil(self.pilot / self.block), n=blocks * self.block)
        interval = clt_interval(moments, ALPHA)
        half = (interval.high - interval.low) / 2
        return Row(
            params=params,
            quantity="",
            theory=theory,
            simulation=moments.mean,
            interval=interval,
            interval_kind=CLT,
            bias=bias,
            delta=delta,
            scale=scale,
            verdict=judge(theory, interval, bias=bias, delta=delta),
            n=moments.n,
            m2=moments.m2,
            alpha=ALPHA,
            detectable=bias + theory.radius + half + sampling_radius(moments, MISS),
            seed=f"{case_seed:#034x}",
        )

    def _moments(self, params: Params, case_seed: int, *, first: int, n: int) -> Moments:
        total, before = Moments(), np.empty(0)
        for block in range(first, first + math.ceil(n / self.block)):
            drawn = np.asarray(self.simulation(generator(case_seed, block), self.block, **params))
            if np.iscomplexobj(drawn):
                raise ClaimError("simulation must return real replicates, not complex ones")
            values = drawn.astype(float)
            if values.shape != (self.block,):
                raise ClaimError(
                    f"simulation must return {self.block} replicates, not an array of shape {values.shape}"
                )
            if not np.isfinite(values).all():
                raise ClaimError(f"simulation must return finite replicates; {values} are not")
            if np.array_equal(values, before) and values.std() > 0:
                raise ClaimError("two blocks of replicates are the same: the simulation does not draw from rng")
            before = values
            total += Moments.of(values)
        return total


def _measured(simulated: Any) -> dict[str, tuple[float, float]]:
    return dict(_entries(simulated))


def _entries(simulated: Any) -> Iterator[tuple[str, tuple[float, float]]]:
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


def _allowance(bias: Any) -> float:
    if (enclosure := ball(bias)).value < 0:
        raise ClaimError(f"bias() must return a bound that is not negative, not {enclosure.value}")
    return upper(enclosure)


def _scales(claim: Claim, params: Params, theory: Mapping[str, Ball]) -> dict[str, float]:
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
