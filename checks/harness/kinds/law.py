"""Distributions."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..ball import Ball, ball
from ..blocks import Work, together
from ..budget import ALPHA, MISS
from ..claim import Observation, Params, Row, Run
from ..comparisons import Comparisons
from ..intervals import band, looks
from ..verdict import ClaimError, Interval, Observed, judge
from .replicates import Replicated, listed


class Law(Replicated):
    """The prediction is the distribution function F of a simulated number, given at some points.

    ``prediction`` returns a mapping from points x to F(x) = P(X ≤ x). The empirical distribution lies within the
    Dvoretzky–Kiefer–Wolfowitz band of the true one everywhere, so the points may be as many as wanted.
    ``resolution`` is in probability, and F may rise by no more than that from one point to the next (at an atom x, name
    x and the float below it): between the points both are monotone, so D contains the largest step.
    """

    def observe(self, run: Run) -> Work[Observation]:
        """Simulate every case in blocks and compare the distribution functions."""
        judged = Comparisons(self)
        cases = listed(self)
        rows = yield from together([self._rows(params, run) for params in cases])
        for params, found in zip(cases, rows, strict=True):
            judged.add(params, found)
        return judged.observation()

    def quantities(self, prediction: Any) -> dict[str, Any]:
        """Name the points."""
        return {f"F({point})": probability for point, probability in _distribution(prediction).items()}

    def scale(self, *_: Any, **case: Any) -> float:
        """Probabilities have the unit 1."""
        return 1.0

    def planned(self, delta: float, most: int) -> int:
        """Return the replicates of the first look: h + q = ``delta``, and both fall as 1/√n; at most ``most``."""
        return min(most, math.ceil(((band(1, ALPHA / 2) + band(1, MISS)) / delta) ** 2))

    def largest_step(self, params: Params) -> float:
        """Return by how much the predicted F rises at most between two of the points that it is given at."""
        return _largest_step(_distribution(self.prediction(**params)))

    def _rows(self, params: Params, run: Run) -> Work[list[Row]]:
        theory = _distribution(self.prediction(**params))
        if (step := _largest_step(theory)) > self.resolution:
            raise ClaimError(
                f"between two points F rises by {step:.2g}, more than the resolution {self.resolution:g}: "
                "name more points, and two at each atom, x and the float below it"
            )
        points = np.array(list(theory))
        delta = self.resolution / self.sharpening[run.tier]
        bias, route, undecided = self.finite_size(params, delta)
        most = self.most[run.tier]
        case_seed = run.seeds.case(self.label, params)
        counts, n, past = np.zeros(len(points)), 0, 0
        for number, (planned, alpha) in enumerate(looks(self.planned(delta, most), ALPHA, most), start=1):
            until = self.blocks(planned)
            for values in (yield from self.drawn_samples(params, case_seed, past, until - past)):
                counts += np.searchsorted(np.sort(values), points, side="right")
                n += len(values)
            past, half = until, band(n, alpha)

            def judged(probability: Ball, found: Interval) -> Observed:
                return Observed.INCONCLUSIVE if undecided else judge(probability, found, bias=bias, delta=delta)

            rows = [
                Row(
                    params=params,
                    quantity=f"F({point})",
                    theory=probability,
                    simulation=float(share),
                    interval=Interval(float(share) - half, float(share) + half),
                    interval_kind="Dvoretzky–Kiefer–Wolfowitz",
                    bias=bias,
                    delta=delta,
                    scale=1.0,
                    verdict=judged(probability, Interval(float(share) - half, float(share) + half)),
                    detectable=bias + probability.radius + half + band(n, MISS) + step,
                    n=n,
                    alpha=ALPHA,  # of the band, for all points together
                    seed=f"{case_seed:#034x}",
                    looks=number,
                    finite_size=route,
                    undecided=undecided,
                )
                for (point, probability), share in zip(theory.items(), counts / n, strict=True)
            ]
            if all(row.verdict is Observed.SUPPORTED for row in rows) or any(
                row.verdict is Observed.REFUTED for row in rows
            ):
                break
        return rows


def _distribution(prediction: Any) -> dict[float, Ball]:
    if not isinstance(prediction, Mapping) or not prediction:
        raise ClaimError("a Law predicts a mapping from points x to P(X ≤ x)")
    law = {float(point): ball(prediction[point]) for point in sorted(prediction)}
    values = [probability.value for probability in law.values()]
    if values != sorted(values) or not 0 <= values[0] <= values[-1] <= 1:
        raise ClaimError("a distribution function rises from 0 to 1")
    return law


def _largest_step(law: dict[float, Ball]) -> float:
    """Return by how much F rises at most where it is not looked at; an atom between neighbouring floats is."""
    points = [-math.inf, *law, math.inf]
    values = [0.0, *(probability.value for probability in law.values()), 1.0]
    pairs = zip(points, points[1:], values, values[1:], strict=False)
    return max(v - u for x, y, u, v in pairs if y > math.nextafter(x, math.inf))
