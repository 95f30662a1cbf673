"""Limits: the exponent at which an error vanishes, and the value that a simulated number tends to."""

import math
from abc import abstractmethod
from typing import Any, ClassVar

import numpy as np

from ..ball import ball
from ..blocks import Block, Work, together
from ..budget import ALPHA, MISS
from ..claim import Observation, Params, Row, Run
from ..comparisons import Comparisons
from ..extrapolation import Extrapolated, Terms, extrapolate
from ..intervals import Moments, level_of_combination, radius
from ..verdict import ClaimError, Interval, Observed, interval_gap, judge
from .identity import entries, scales_of
from .replicates import Replicated, independent, listed

Point = tuple[float, float, float, Moments]  # a simulated number, h, q, and the moments of replicates


class Extrapolation(Replicated):
    """What is common to the kinds that go to large sizes: ``cases`` name their ``sizes``, four or more, ascending.

    ``simulation(size, …)`` returns the simulated number with its numerical error (attributes ``value``, ``error``).
    Where ``replicates`` says how many there are to be at each size, ``simulation(rng, n, size, …)`` returns n
    independent ones, whose mean is meant; their intervals share the α of the case. With too few for their skewness
    nothing is decided.
    """

    replicates: ClassVar[dict[str, int]] = {}
    """Replicates at each size, by tier; none: the simulation is deterministic."""

    @classmethod
    def each(cls, quick: int) -> dict[str, int]:
        """Return the replicates by tier: ``quick`` ones in the quick tier, and more as δ becomes smaller."""
        return {tier: quick * sharper**2 for tier, sharper in cls.sharpening.items()}

    @abstractmethod
    def simulation(self, *_: Any, **case: Any) -> Any:
        """Return the simulated number at a size with its error, or replicates of it."""

    def outside_window(self, size: float, *_: Any, **case: Any) -> bool:
        """Tell whether a size is outside the critical window, where the form of the expansion holds."""
        return True

    @abstractmethod
    def terms(self, **case: Any) -> Terms:
        """Return the functions of the size in the expansion, by theory; the first multiplies what is predicted."""

    @abstractmethod
    def order(self) -> float:
        """Return the order of the last term; what is left out falls faster."""

    @abstractmethod
    def ordinate(self, value: float, error: float, size: float, **case: Any) -> tuple[float, float]:
        """Return what is expanded and its half-width."""

    def measured(self, params: Params) -> list[float]:
        """Simulate one size: a block."""
        (found,) = entries(self.simulation(**params))
        return list(found[1])

    def observe(self, run: Run) -> Work[Observation]:
        """Simulate all sizes of all cases, extrapolate and compare."""
        judged = Comparisons(self)
        cases = [(params, *self._split(params)) for params in listed(self)]
        asked = [self._points([{**rest, "size": size} for size in sizes], run) for _, rest, sizes in cases]
        for (params, rest, sizes), points in zip(cases, (yield from together(asked)), strict=True):
            judged.add(params, [self._row(params, rest, sizes, points, run)])
        failed = [row.finite_size for row in judged.rows if row.finite_size != _SOUND]
        return judged.observation(f"extrapolated; {'; '.join(failed) or _SOUND}")

    def _split(self, params: Params) -> tuple[Params, list[float]]:
        """Return the parameters of a case without its sizes, and the sizes."""
        rest = {name: value for name, value in params.items() if name != "sizes"}
        sizes, least = params.get("sizes", []), len(self.terms(**rest))
        if not len(sizes) > least or sorted(set(sizes)) != list(sizes):
            raise ClaimError(f"sizes must be ascending and more than {least}, not {sizes}")
        return rest, sizes

    def _points(self, sized: list[Params], run: Run) -> Work[list[Point]]:
        if not self.replicates:
            found = yield [Block(type(self), "measured", (params,)) for params in sized]
            return [(value, error, error, Moments()) for value, error in found]
        points, blocks = [], self.blocks(self.replicates[run.tier])
        every = yield from together(
            [self.drawn_moments(params, run.seeds.case(self.label, params), 0, blocks) for params in sized]
        )
        for drawn in every:
            if not independent(drawn):
                raise ClaimError("the replicates of a block are not independent: one scalar for each is one replicate")
            moments = sum(drawn, Moments())
            h, q = (radius(self.known, moments, level / len(sized)) for level in (ALPHA, MISS))
            points.append((moments.mean, h, q, moments))
        return points

    def _normal_enough(self, result: Extrapolated, points: list[Point], halves: list[float]) -> bool:
        """Tell whether skewness leaves the interval of the extrapolated value within twice its level.

        That interval is a sum of intervals, wider than it need be: so it takes fewer replicates than a ``Mean``.
        """
        last = len(result.weights)
        stretched = [  # an ordinate may be a function of the mean
            weight * half / point[1] if point[1] else 0.0
            for weight, half, point in zip(result.weights, halves[-last:], points[-last:], strict=True)
        ]
        parts = [point[3] for point in points[-last:]]
        return not self.known.nominal or level_of_combination(stretched, parts, result.half) <= 2 * ALPHA

    def _row(self, params: Params, rest: Params, sizes: list[float], points: list[Point], run: Run) -> Row:
        theory = ball(self.prediction(**params))
        (scale,) = scales_of(self, params, {"": theory}).values()
        delta = self.resolution * scale / (self.sharpening[run.tier] if self.replicates else 1)

        def at(halves: list[float]) -> list[tuple[float, float]]:
            return [self.ordinate(p[0], h, size, **rest) for size, p, h in zip(sizes, points, halves, strict=True)]

        expanded, again = at([h for _, h, _, _ in points]), at([q for _, _, q, _ in points])
        result, missed = (
            extrapolate(sizes, at_sizes, self.terms(**rest), self.order()) for at_sizes in (expanded, again)
        )
        drawn = bool(self.replicates)
        skewed = drawn and not self._normal_enough(result, points, [half for _, half in expanded])
        interval = Interval(result.value - result.half, result.value + result.half)
        inside = [size for size in sizes if not self.outside_window(size=size, **rest)]
        failed = f"sizes {inside} lie in the critical window" if inside else result.failed_guard(delta)
        verdict = judge(theory, interval, bias=result.remainder, delta=delta)
        if verdict is Observed.REFUTED and interval_gap(theory, interval, bias=result.remainder + delta) == 0:
            verdict = Observed.INCONCLUSIVE  # the form of the expansion is not a bound
        return Row(
            params=params,
            quantity="",
            theory=theory,
            simulation=result.value,
            interval=interval,
            interval_kind=f"extrapolated {self.known.name if drawn else 'errors'}",
            bias=result.remainder,
            delta=delta,
            scale=scale,
            verdict=Observed.INCONCLUSIVE if failed or skewed else verdict,
            detectable=theory.radius + result.remainder + delta + result.half + missed.half,
            n=self.replicates[run.tier] if drawn else None,
            points=tuple((float(size), value, half) for size, (value, half, _, _) in zip(sizes, points, strict=True)),
            alpha=ALPHA if drawn else 0.0,
            finite_size=f"guard failed: {failed}" if failed else _SOUND,
            undecided="fail a guard" if failed else "have too few replicates for their skewness" if skewed else "",
        )


_SOUND = "extrapolated, guards hold"


class Rate(Extrapolation):
    r"""The simulated error is $C\,n^{-p}(\log n)^k\,(1 + c\,n^{-q} + \dots)$; the prediction is $p$.

    $k$ and $q$ come from theory, as ``log_power`` and ``correction``. ``resolution`` is the δ of $p$ itself. Powers of
    logarithms vary slowly: only sizes over many decades can tell them from another exponent.
    """

    log_power: ClassVar[float] = 0.0
    correction: ClassVar[float]

    @classmethod
    def own_problems(cls) -> list[str]:
        """Ask for the order of the correction."""
        given = getattr(cls, "correction", 0) > 0
        return super().own_problems() + ([] if given else ["correction, the order q > 0 of the next term, is missing"])

    def order(self) -> float:
        """Return q."""
        return self.correction

    def scale(self, *_: Any, **case: Any) -> float:
        """Exponents have the unit 1."""
        return 1.0

    def terms(self, **case: Any) -> Terms:
        """Return the terms of log error: −log n, 1, n^{−q}."""
        return (lambda n: -np.log(n), lambda n: np.ones_like(n), lambda n: n**-self.correction)

    def ordinate(self, value: float, error: float, size: float, **case: Any) -> tuple[float, float]:
        """Return log|error| − k log log n; ``ClaimError`` where the error is not resolved from 0."""
        low, high = abs(value) - error, abs(value) + error
        if low <= 0:
            raise ClaimError(f"at size {size:g} the error {value:.3g} ± {error:.2g} is not resolved from 0")
        powers = self.log_power * math.log(math.log(size)) if self.log_power else 0.0
        return (math.log(low) + math.log(high)) / 2 - powers, (math.log(high) - math.log(low)) / 2


class Limit(Extrapolation):
    r"""The simulated number is $T + c\,n^{-p} + c' n^{-p'} + \dots$; the prediction is $T$.

    $(p, p')$ come from theory, as ``exponents``. ``resolution`` is a fraction of the scale.
    """

    exponents: ClassVar[tuple[float, float]]

    @classmethod
    def own_problems(cls) -> list[str]:
        """Ask for the exponents."""
        p, q = getattr(cls, "exponents", (0, 0))
        given = 0 < p < q
        return super().own_problems() + ([] if given else ["exponents (p, q) with 0 < p < q are missing"])

    def order(self) -> float:
        """Return p'."""
        return self.exponents[1]

    def terms(self, **case: Any) -> Terms:
        """Return 1, n^{−p}, n^{−p'}."""
        p, q = self.exponents
        return (lambda n: np.ones_like(n), lambda n: n**-p, lambda n: n**-q)

    def ordinate(self, value: float, error: float, size: float, **case: Any) -> tuple[float, float]:
        """Return the number as it is."""
        return value, error
