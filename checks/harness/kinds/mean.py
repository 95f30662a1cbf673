"""Expectations."""

from ..ball import ball
from ..blocks import Work, together
from ..budget import ALPHA, MISS
from ..claim import Observation, Params, Row, Run
from ..comparisons import Comparisons
from ..intervals import Moments, interval, looks, normal_enough, radius, replicates_needed
from ..verdict import ClaimError, Observed, judge
from .identity import scales_of
from .replicates import Replicated, independent, listed


class Mean(Replicated):
    """The prediction is the expectation of a simulated number, up to a stated finite-size allowance.

    ``resolution`` is a fraction of the scale. By which of four routes the prediction holds at the simulated size:
    it is exact there (nothing more to say); ``bias`` bounds the difference; the simulation samples an exact law at a
    size where the ``drift`` is below δ/10; or it is a ``Limit`` instead of a ``Mean``.
    """

    def observe(self, run: Run) -> Work[Observation]:
        """Plan the replicates of every case, simulate them in blocks and compare."""
        judged = Comparisons(self)
        cases = listed(self)
        rows = yield from together([self._row(params, run) for params in cases])
        for params, row in zip(cases, rows, strict=True):
            judged.add(params, [row])
        return judged.observation()

    def planned(self, pilot: Moments, delta: float, most: int) -> int:
        """Return the replicates of the first look: the least n ≤ ``most`` at which h + q ≤ ``delta``, else ``most``."""
        needed = replicates_needed(self.known, pilot, delta, ALPHA / 2, MISS, most=most)
        if self.known.nominal:  # with some more than what makes it ``normal_enough``
            needed = min(most, max(needed, self.pilot, int(3000 * pilot.skewness**2)))
        return needed

    def _row(self, params: Params, run: Run) -> Work[Row]:
        """Look at n, and while undecided at 4n and 16n replicates: registered in advance, each at its share of α."""
        (scale,) = scales_of(self, params, {"": ball(self.prediction(**params))}).values()
        delta = self.resolution * scale / self.sharpening[run.tier]
        most = self.most[run.tier]
        case_seed = run.seeds.case(self.label, params)
        pilot = yield from self.drawn_pilot(params, case_seed)
        needed = self.planned(pilot, delta, most)
        first = past = self.blocks(self.pilot)
        drawn: list[Moments] = []
        for number, (n, alpha) in enumerate(looks(needed, ALPHA, most), start=1):
            until = first + self.blocks(n)
            drawn += yield from self.drawn_moments(params, case_seed, past, until - past)
            past = until
            if not independent(drawn):
                raise ClaimError("the replicates of a block are not independent: one scalar for each is one replicate")
            row = self._judged(params, case_seed, sum(drawn, Moments()), alpha, delta, number)
            if row.verdict is not Observed.INCONCLUSIVE:
                break
        return row

    def _judged(self, params: Params, case_seed: int, moments: Moments, alpha: float, delta: float, look: int) -> Row:
        theory = ball(self.prediction(**params))
        (scale,) = scales_of(self, params, {"": theory}).values()
        bias, route, undecided = self.finite_size(params, delta)
        found = interval(self.known, moments, alpha)
        if not normal_enough(self.known, moments):
            undecided = "have too few replicates for their skewness"
        verdict = Observed.INCONCLUSIVE if undecided else judge(theory, found, bias=bias, delta=delta)
        width = radius(self.known, moments, alpha) + radius(self.known, moments, MISS)
        return Row(
            params=params,
            quantity="",
            theory=theory,
            simulation=moments.mean,
            interval=found,
            interval_kind=self.known.name,
            bias=bias,
            delta=delta,
            scale=scale,
            verdict=verdict,
            n=moments.n,
            m2=moments.m2,
            alpha=ALPHA,
            detectable=bias + theory.radius + width,
            seed=f"{case_seed:#034x}",
            looks=look,
            finite_size=route,
            undecided=undecided,
        )
