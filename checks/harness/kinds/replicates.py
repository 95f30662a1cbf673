"""What the statistical kinds share: independent replicates, drawn in blocks."""

import math
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import astuple, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ..ball import ball, upper
from ..blocks import Block, Work
from ..claim import Claim, Params
from ..intervals import CentralLimit, ChiSquared, Known, Moments
from ..seeds import generator
from ..verdict import ClaimError


class Replicated(Claim):
    """A claim about independent replicates."""

    known: ClassVar[Known] = CentralLimit()
    """What is known of a replicate; it decides the interval (``checks.harness.intervals``)."""

    resolution: ClassVar[float]
    """The discrepancy δ to be resolved in the quick tier; it decides the number of replicates."""

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

    def bias(self, *_: Any, **case: Any) -> Any:
        """Return a bound of the distance between the prediction and the exact expectation (0: it is exact)."""
        return 0

    def drift(self, *_: Any, **case: Any) -> Any:
        """Return the leading term of that distance where there is no bound; above δ/10 nothing is decided."""
        return 0

    @classmethod
    def own_problems(cls) -> list[str]:
        """Refuse a claim that does not say what it wants to resolve, or that would set its own level."""
        resolution = getattr(cls, "resolution", None)
        found = ["sharpening belongs to the kind"] if cls.sharpening != Replicated.sharpening else []
        if not (isinstance(resolution, int | float) and 0 < resolution < 1):
            found.append("resolution, the δ to be resolved, must be between 0 and 1")
        if not (isinstance(cls.block, int) and cls.block >= 2 and isinstance(cls.pilot, int) and cls.pilot >= 2):
            found.append("block and pilot are numbers of replicates, at least 2")
        return found

    def sample(self, params: Params, case_seed: int, block: int) -> list[float]:
        """Draw a block of replicates."""
        rng = generator(case_seed, block)
        before = rng.bit_generator.state
        drawn = np.asarray(self.simulation(rng, self.block, **params))
        if np.iscomplexobj(drawn):
            raise ClaimError("simulation must return real replicates, not complex ones")
        values = drawn.astype(float)
        if values.shape != (self.block,):
            raise ClaimError(f"simulation must return {self.block} replicates, not an array of shape {values.shape}")
        if not np.isfinite(values).all():
            raise ClaimError(f"simulation must return finite replicates; {values} are not")
        if rng.bit_generator.state == before:
            raise ClaimError("the simulation does not draw from rng")
        self.known.check(values)
        listed: list[float] = values.tolist()
        return listed

    def moments(self, params: Params, case_seed: int, block: int) -> list[float]:
        """Return the moments of a block."""
        return list(astuple(Moments.of(np.array(self.sample(params, case_seed, block)))))

    def finite_size(self, params: Params, delta: float) -> tuple[float, str, str]:
        """Return the allowance, by which route the prediction holds at this size, and what keeps that from deciding."""
        bias, drift = ball(self.bias(**params)), upper(self.drift(**params))
        if bias.value < 0:
            raise ClaimError(f"bias() must return a bound that is not negative, not {bias.value}")
        if drift:
            too_large = "have a drift above δ/10" if drift > delta / 10 else ""
            return upper(bias) + drift, f"exact law, drift {drift:.2g}", too_large
        return upper(bias), f"bound {upper(bias):.2g}" if upper(bias) else "taken as exact at finite size", ""

    def blocks(self, replicates: int) -> int:
        """Return the number of blocks that hold as many replicates."""
        return math.ceil(max(2, replicates) / self.block)

    def drawn_samples(self, params: Params, case_seed: int, first: int, blocks: int) -> Work[list[list[float]]]:
        """Ask for as many ``blocks``, the first of them number ``first``."""
        found = yield from self._asked("sample", params, case_seed, first, blocks)
        return found

    def drawn_moments(self, params: Params, case_seed: int, first: int, blocks: int) -> Work[list[Moments]]:
        """Ask for the moments of as many ``blocks``, the first of them number ``first``."""
        found = yield from self._asked("moments", params, case_seed, first, blocks)
        return [Moments(int(n), *rest) for n, *rest in found]

    def _asked(self, method: str, params: Params, case_seed: int, first: int, blocks: int) -> Work[list[Any]]:
        """Ask for blocks; the very first of a case is drawn twice."""
        twice = [0] if first == 0 else []
        asked = [Block(type(self), method, (params, case_seed, k)) for k in (*twice, *range(first, first + blocks))]
        found = yield asked
        if twice and found[0] != found[1]:
            raise ClaimError("a block drawn twice differs: the simulation draws from something else than rng")
        return found[len(twice) :]

    def drawn_pilot(self, params: Params, case_seed: int) -> Work[Moments]:
        """Ask for the pilot, its deviation a tenth more: it is itself an estimate."""
        total = sum((yield from self.drawn_moments(params, case_seed, 0, self.blocks(self.pilot))), Moments())
        if total.m2 == 0 and isinstance(self.known, CentralLimit | ChiSquared):
            raise ClaimError(
                "the replicates do not vary: use Identity for what is not random, Binomial() for rare events"
            )
        return replace(total, m2=1.1**2 * total.m2, m3=1.1**3 * total.m3)


def independent(blocks: list[Moments]) -> bool:
    """Tell whether the means of blocks vary as they do if replicates within a block are independent.

    Then n (mean − overall mean)² less the variance within has the expectation 0 in every block; its Student statistic
    over the blocks may not exceed the quantile at 1e-9. Heavy tails make that statistic smaller, not larger.
    """
    overall = sum(blocks, Moments()).mean
    excess = np.array([block.n * (block.mean - overall) ** 2 - block.variance for block in blocks])
    if len(blocks) < 16 or not excess.std():
        return True
    statistic = excess.mean() / (excess.std(ddof=1) / math.sqrt(len(blocks)))
    return bool(stats.t.sf(statistic, len(blocks) - 1) > 1e-9)


def listed(claim: Claim) -> list[Params]:
    """Return the cases of a statistical claim; ``ClaimError`` if they are to be drawn."""
    cases = claim.cases()
    if not isinstance(cases, list | tuple) or not all(isinstance(params, Mapping) for params in cases):
        kind = type(claim).__mro__[1].__name__
        raise ClaimError(f"a {kind} lists its cases: a random test inside Hypothesis has no false-alarm rate")
    return [dict(params) for params in cases]
