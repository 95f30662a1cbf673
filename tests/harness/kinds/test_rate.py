from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from checks.harness.ball import Ball
from checks.harness.budget import ALPHA
from checks.harness.claim import Observation, problems
from checks.harness.verdict import ClaimError, Observed, Survival

from ..claims import Measured, limit, observe, rate


class TestRate:
    def test_a_true_exponent_is_supported_and_its_neighbours_refuted(self) -> None:
        observation = observe(rate())
        assert observation.verdict is Observed.SUPPORTED
        assert [m.verdict for m in observation.mutants] == [Survival.REFUTED, Survival.REFUTED]

    def test_a_wrong_exponent_is_refuted(self) -> None:
        assert observe(rate(exponent=Fraction(3, 5))).verdict is Observed.REFUTED

    def test_the_other_power_of_the_logarithm_is_never_supported(self) -> None:
        assert observe(rate(log_power=0.0)).verdict is not Observed.SUPPORTED

    def test_sizes_too_small_for_the_form_fail_a_guard_and_decide_nothing(self) -> None:
        observation = observe(rate(simulation=lambda self, size, c: Measured(size**-0.5 + 30 / size, 1e-12)))
        assert observation.verdict is Observed.INCONCLUSIVE
        assert "guard failed" in observation.rows[0].finite_size

    def test_sizes_in_the_critical_window_decide_nothing(self) -> None:
        observation = observe(rate(outside_window=lambda self, size, c: size > 150))
        assert observation.verdict is Observed.INCONCLUSIVE
        assert observation.rows[0].finite_size == "guard failed: sizes [100] lie in the critical window"

    def test_an_error_that_may_be_0_has_no_exponent(self) -> None:
        with pytest.raises(ClaimError, match="not resolved from 0"):
            observe(rate(error=2.0))

    @pytest.mark.parametrize("sizes", [[1, 2, 3], [100, 100, 200, 400], [4, 3, 2, 1]])
    def test_sizes_are_four_or_more_and_ascend(self, sizes: list[int]) -> None:
        with pytest.raises(ClaimError, match="ascending and more than 3"):
            observe(rate(sizes=sizes))

    @pytest.mark.parametrize("order", [0.25, 1 / 3, 0.5])
    def test_a_true_exponent_with_a_slow_correction_is_never_refuted(self, order: float) -> None:
        def simulation(self: Any, size: float, c: float) -> Measured:
            return Measured(size**-0.5 * (1 + size**-order), 1e-12)

        claim = rate(log_power=0.0, correction=order, simulation=simulation)
        assert observe(claim).verdict is not Observed.REFUTED

    def test_a_forgotten_logarithm_over_decades_fails_a_guard(self) -> None:
        claim = rate(log_power=0.0, exponent=Fraction(2, 5), sizes=[10**k for k in range(2, 9)], resolution=0.03)
        assert observe(claim).verdict is not Observed.SUPPORTED

    def test_the_order_of_the_correction_is_asked_for(self) -> None:
        assert problems(rate(correction=0)) == ["correction, the order q > 0 of the next term, is missing"]
        assert "exponents (p, q)" in problems(limit(exponents=(2.0, 1.0)))[0]

    def test_replicates_may_stand_for_the_error(self) -> None:
        claim = rate(
            sizes=[10, 40, 160, 640],
            log_power=0.0,
            resolution=0.2,
            replicates={"quick": 40_000},
            block=1000,
            simulation=lambda self, rng, n, size, c: c * size**-0.5 * (1 + 1 / size) * (1 + rng.standard_normal(n) / 4),
        )
        observation = observe(claim)
        assert observation.verdict is Observed.SUPPORTED
        (row,) = observation.rows
        assert (row.n, row.alpha, row.interval_kind) == (40_000, ALPHA, "extrapolated CLT (nominal)")
        assert row.interval.low < 0.5 < row.interval.high
        assert observe(rate(**{**vars_of(claim), "exponent": Fraction(9, 10)})).verdict is Observed.REFUTED

    def test_replicates_that_share_something_are_refused(self) -> None:
        claim = rate(
            sizes=[10, 40, 160, 640],
            log_power=0.0,
            replicates={"quick": 40_000},
            block=250,
            simulation=lambda self, rng, n, size, c: 2 + np.repeat(rng.standard_normal(n // 125), 125),
        )
        with pytest.raises(ClaimError, match="not independent"):
            observe(claim)


def vars_of(claim: type[Any]) -> dict[str, Any]:
    """Return what was set beside the class body."""
    names = ("log_power", "correction", "resolution", "replicates", "block", "simulation", "cases")
    return {name: vars(claim)[name] for name in names}


class TestLimit:
    @pytest.mark.parametrize(
        ("ratio", "powers", "exponents"),
        [
            (1.1, (1, 2, 3), (1.0, 2.0)),
            (2, (0.25, 0.5, 0.75), (0.25, 0.5)),
            (1.25, (0.5, 1, 1.5), (0.5, 1.0)),
            (1.5, (0.5, 1, 1.5), (0.5, 1.0)),
            (2, (1, 2, 2.5), (1.0, 2.0)),
        ],
    )
    def test_a_true_limit_of_the_stated_form_is_never_refuted(
        self, ratio: float, powers: tuple[float, ...], exponents: tuple[float, float]
    ) -> None:
        sizes = [round(64 * ratio**k) for k in range(6)]
        claim = limit(
            cases=lambda self: [{"sizes": sizes}],
            exponents=exponents,
            simulation=lambda self, size: Measured(np.e + sum(size**-p for p in powers), 1e-12),
        )
        (row,) = observe(claim).rows
        assert row.verdict is not Observed.REFUTED
        assert abs(row.simulation - np.e) <= row.bias  # what is left out is within what is said of it

    def test_a_true_limit_is_supported_and_its_mutant_refuted(self) -> None:
        observation = observe(limit())
        assert observation.verdict is Observed.SUPPORTED
        assert [m.verdict for m in observation.mutants] == [Survival.REFUTED]
        assert abs(observation.rows[0].simulation - np.e) < 1e-6

    def test_a_wrong_limit_is_refuted(self) -> None:
        assert observe(limit(prediction=lambda self, sizes: Ball(2.72, 0.0))).verdict is Observed.REFUTED

    def test_wrong_exponents_fail_a_guard(self) -> None:
        assert observe(limit(exponents=(0.5, 0.7))).verdict is Observed.INCONCLUSIVE

    def test_too_few_replicates_for_their_skewness_decide_nothing(self) -> None:
        def observed(rare: float) -> Observation:
            return observe(
                limit(
                    replicates={"quick": 4000},
                    block=250,
                    resolution=0.5,
                    simulation=lambda self, rng, n, size: np.e + ((rng.random(n) < rare) - rare) / rare**0.5 / 5,
                )
            )

        assert "skewness" not in observed(0.3).reason
        assert "too few replicates for their skewness" in observed(0.001).reason
