"""Limits: the exponent at which an error vanishes, and the value that a simulated number tends to."""

import math
from abc import abstractmethod
from typing import Any, ClassVar

import numpy as np

from ..ball import ball
from ..blocks import Block, Work
from ..claim import Claim, Observation, Params, Row, Run
from ..comparisons import Comparisons
from ..extrapolation import Terms, extrapolate
from ..verdict import ClaimError, Interval, Observed, judge
from .identity import entries, scales_of
from .replicates import listed


class Extrapolation(Claim):
    """What is common to the kinds that go to large sizes: ``cases`` name their ``sizes``, four or more, ascending."""

    resolution: ClassVar[float]

    @abstractmethod
    def simulation(self, size: float, *_: Any, **case: Any) -> Any:
        """Return the simulated number at a size with its error (attributes ``value``, ``error``).

        The error is a numerical bound, or the half-width of an interval that holds for all sizes of a case at once.
        """

    def outside_window(self, size: float, *_: Any, **case: Any) -> bool:
        """Tell whether a size is outside the critical window, where the form of the expansion holds."""
        return True

    @abstractmethod
    def terms(self, **case: Any) -> Terms:
        """Return the functions of the size in the expansion, by theory; the first multiplies what is predicted."""

    @abstractmethod
    def ordinate(self, value: float, error: float, size: float, **case: Any) -> tuple[float, float]:
        """Return what is expanded and its half-width."""

    @classmethod
    def own_problems(cls) -> list[str]:
        """Refuse a claim that does not say what it wants to resolve."""
        resolution = getattr(cls, "resolution", None)
        if isinstance(resolution, int | float) and 0 < resolution < 1:
            return []
        return ["resolution, the δ to be resolved, must be between 0 and 1"]

    def measured(self, params: Params) -> list[float]:
        """Simulate one size: a block."""
        (found,) = entries(self.simulation(**params))
        return list(found[1])

    def observe(self, run: Run) -> Work[Observation]:
        """Simulate all sizes of all cases, extrapolate and compare."""
        judged = Comparisons(self)
        for params in listed(self):
            sizes = params.get("sizes", [])
            rest = {name: value for name, value in params.items() if name != "sizes"}
            if not len(sizes) > len(self.terms(**rest)) or sorted(set(sizes)) != list(sizes):
                raise ClaimError(f"sizes must be ascending and more than {len(self.terms(**rest))}, not {sizes}")
            found = yield [Block(type(self), "measured", ({**rest, "size": size},)) for size in sizes]
            judged.add(params, [self._row(params, rest, sizes, found)])
        failed = [row.finite_size for row in judged.rows if row.finite_size != _SOUND]
        return judged.observation(f"extrapolated; {'; '.join(failed) or _SOUND}")

    def _row(self, params: Params, rest: Params, sizes: list[float], found: list[list[float]]) -> Row:
        theory = ball(self.prediction(**params))
        (scale,) = scales_of(self, params, {"": theory}).values()
        delta = self.resolution * scale
        points = [self.ordinate(v, e, size, **rest) for size, (v, e) in zip(sizes, found, strict=True)]
        result = extrapolate(sizes, [y for y, _ in points], [h for _, h in points], self.terms(**rest))
        interval = Interval(result.value - result.half, result.value + result.half)
        inside = [size for size in sizes if not self.outside_window(size=size, **rest)]
        failed = f"sizes {inside} lie in the critical window" if inside else result.failed_guard(delta)
        verdict = judge(theory, interval, bias=result.instability, delta=delta)
        return Row(
            params=params,
            quantity="",
            theory=theory,
            simulation=result.value,
            interval=interval,
            interval_kind="extrapolated errors",
            bias=result.instability,
            delta=delta,
            scale=scale,
            verdict=Observed.INCONCLUSIVE if failed else verdict,
            detectable=theory.radius + result.instability + 2 * result.half,
            finite_size=f"guard failed: {failed}" if failed else _SOUND,
        )


_SOUND = "extrapolated, guards hold"


class Rate(Extrapolation):
    r"""The simulated error is $C\,n^{-p}(\log n)^k\,(1 + c\,n^{-q} + \dots)$; the prediction is $p$.

    $k$ and $q$ come from theory, as ``log_power`` and ``correction``. ``resolution`` is the δ of $p$ itself.
    """

    log_power: ClassVar[float] = 0.0
    correction: ClassVar[float] = 1.0

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

    def terms(self, **case: Any) -> Terms:
        """Return 1, n^{−p}, n^{−p'}."""
        p, q = self.exponents
        return (lambda n: np.ones_like(n), lambda n: n**-p, lambda n: n**-q)

    def ordinate(self, value: float, error: float, size: float, **case: Any) -> tuple[float, float]:
        """Return the number as it is."""
        return value, error
