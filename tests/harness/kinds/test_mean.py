from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from checks.harness.ball import Allowed, Ball
from checks.harness.budget import ALPHA
from checks.harness.claim import problems
from checks.harness.intervals import Binomial, ChiSquared, Hoeffding, Moments, Normal
from checks.harness.kinds.replicates import independent
from checks.harness.verdict import ClaimError, Observed, Survival

from ..claims import RELEASED, mean, observe


class TestMean:
    def test_a_true_mean_is_supported_with_the_power_that_was_planned(self) -> None:
        observation = observe(mean())
        assert observation.verdict is Observed.SUPPORTED
        assert all(mutant.verdict is Survival.REFUTED for mutant in observation.mutants)
        for row in observation.rows:
            assert row.alpha == ALPHA
            assert row.detectable <= row.delta * 1.05

    @pytest.mark.parametrize("shift", [0.2, -0.2])
    def test_a_wrong_mean_is_refuted(self, shift: float) -> None:
        assert observe(mean(shift=shift)).verdict is Observed.REFUTED

    def test_a_simulator_that_ignores_its_parameters_is_never_supported(self) -> None:
        observation = observe(mean(ignores=True))
        assert [row.verdict for row in observation.rows] == [Observed.SUPPORTED, Observed.REFUTED]
        assert observation.verdict is Observed.REFUTED

    def test_a_bias_within_its_allowance_is_supported_and_reported(self) -> None:
        observation = observe(mean(shift=0.03, allowance=Ball(0.05, 0.0)))
        assert observation.verdict is Observed.SUPPORTED
        assert {row.bias for row in observation.rows} == {0.05}

    def test_a_mutant_that_the_simulation_agrees_with_stands(self) -> None:
        observation = observe(mean(ignores=True, mutants=lambda self: {"one": lambda m: 1}))
        assert [m.verdict for m in observation.mutants] == [Survival.STANDING]

    def test_too_few_replicates_are_inconclusive_not_supported(self) -> None:
        observation = observe(mean(most={"quick": 128}))
        assert observation.verdict is Observed.INCONCLUSIVE

    def test_the_result_of_a_case_depends_neither_on_the_others_nor_on_their_order(self) -> None:
        both, one = observe(mean()), observe(mean(cases=lambda self: [{"m": 2}]))
        assert both.rows[1] == one.rows[0]

    def test_hypothesis_may_not_draw_the_cases_of_a_random_test(self) -> None:
        with pytest.raises(ClaimError, match="no false-alarm rate"):
            observe(mean(cases=lambda self: st.just({"m": 1})))

    @pytest.mark.parametrize(
        ("bad", "complaint"),
        [
            (lambda self, rng, n, m: rng.random(3), r"64 replicates, not an array of shape \(3,\)"),
            (lambda self, rng, n, m: rng.random(n) * np.nan, "finite replicates"),
        ],
    )
    def test_replicates_must_be_as_many_as_asked_and_finite(self, bad: Any, complaint: str) -> None:
        with pytest.raises(ClaimError, match=complaint):
            observe(mean(simulation=bad))

    def test_replicates_must_come_from_the_generator(self) -> None:
        claim = mean(simulation=lambda self, rng, n, m: np.random.default_rng(3).standard_normal(n) + m)
        with pytest.raises(ClaimError, match="does not draw from rng"):
            observe(claim)

    def test_replicates_must_be_real(self) -> None:
        with pytest.raises(ClaimError, match="real replicates"):
            observe(mean(simulation=lambda self, rng, n, m: rng.standard_normal(n) + m + 1j))

    def test_a_discrepancy_as_large_as_the_scale_supports_nothing(self) -> None:
        observation = observe(mean(shift=0.5, allowance=2))
        assert observation.verdict is Observed.INCONCLUSIVE
        assert "D exceeds the scale" in observation.reason

    def test_a_mutant_may_be_of_the_allowance(self) -> None:
        wrong = {"none": lambda m: Allowed(m, 0), "enough": lambda m: Allowed(m, Ball(0.3, 0.0))}
        observation = observe(mean(shift=0.2, allowance=Ball(0.3, 0.0), mutants=lambda self: wrong))
        assert observation.verdict is Observed.SUPPORTED
        assert [m.verdict for m in observation.mutants] == [Survival.REFUTED, Survival.UNRESOLVED]

    def test_replicates_must_vary(self) -> None:
        with pytest.raises(ClaimError, match="do not vary"):
            observe(mean(simulation=lambda self, rng, n, m: float(m) + 0 * rng.random(n)))

    def test_a_bias_is_a_bound_and_not_negative(self) -> None:
        with pytest.raises(ClaimError, match="not negative, not -1"):
            observe(mean(allowance=-1))

    def test_a_higher_tier_resolves_less_with_more_replicates(self) -> None:
        quick, full = (observe(mean(), replace(RELEASED, tier=tier)).rows[0] for tier in ("quick", "full"))
        assert full.delta == quick.delta / 2
        assert 3.5 < (full.n or 0) / (quick.n or 1) < 4.5
        assert full.detectable <= full.delta * 1.05

    def test_replicates_must_come_from_the_generator_alone(self) -> None:
        hidden = np.random.default_rng(3)
        claim = mean(simulation=lambda self, rng, n, m: m + rng.standard_normal(n) + hidden.standard_normal(n))
        with pytest.raises(ClaimError, match="drawn twice differs"):
            observe(claim)

    def test_replicates_that_share_their_disorder_are_an_error(self) -> None:
        def shared(self: Any, rng: np.random.Generator, n: int, m: int) -> Any:
            return m + 0.3 * rng.standard_normal() + rng.standard_normal(n)

        with pytest.raises(ClaimError, match="not independent"):
            observe(mean(simulation=shared))

    @pytest.mark.parametrize("block", [4, 64])
    @pytest.mark.parametrize("law", ["lognormal", "rare", "t3"])
    def test_heavy_tails_are_not_taken_for_dependence(self, law: str, block: int) -> None:
        rng = np.random.default_rng(5)
        for _ in range(100):
            size = (1000, block)
            values = {
                "lognormal": lambda size=size: np.exp(2 * rng.standard_normal(size)),
                "rare": lambda size=size: (rng.random(size) < 1e-4).astype(float),
                "t3": lambda size=size: rng.standard_t(3, size),
            }[law]()
            assert independent([Moments.of(row) for row in values])

    def test_a_constant_is_neither_normal_nor_chi_squared(self) -> None:
        for known in (Normal(), ChiSquared(1)):
            with pytest.raises(ClaimError, match="do not vary"):
                observe(mean(known=known, simulation=lambda self, rng, n, m: m + 0 * rng.random(n)))

    def test_events_too_rare_for_the_central_limit_theorem_decide_nothing(self) -> None:
        def rare(self: Any, rng: np.random.Generator, n: int, m: int) -> Any:
            return (rng.random(n) < 0.01).astype(float)

        attributes = {
            "simulation": rare,
            "prediction": lambda self, m: Fraction(1, 100),
            "scale": lambda self, m: 1.0,
            "mutants": lambda self: {"half": lambda m: Fraction(1, 2)},
            "cases": lambda self: [{"m": m} for m in range(20)],
            "most": {"quick": 10**5},
            "block": 1000,
        }
        observation = observe(mean(**attributes))
        assert observation.verdict is Observed.INCONCLUSIVE
        assert "have too few replicates for their skewness" in observation.reason
        assert observe(mean(**attributes, known=Binomial())).verdict is Observed.SUPPORTED

    def test_lattice_values_are_replicates_too(self) -> None:
        def coin(self: Any, rng: np.random.Generator, n: int, m: int) -> Any:
            return rng.integers(0, 2, n).astype(float)

        claim = mean(
            simulation=coin,
            known=Binomial(),
            prediction=lambda self, m: Fraction(1, 2),
            mutants=lambda self: {"third": lambda m: Fraction(1, 3)},
        )
        assert observe(claim).verdict is Observed.SUPPORTED


class TestFiniteSize:
    def test_a_drift_far_below_delta_is_stated(self) -> None:
        observation = observe(mean(drift=lambda self, m: Ball(0.001, 0.0)))
        assert observation.verdict is Observed.SUPPORTED
        assert observation.rows[0].finite_size == "exact law, drift 0.001"

    def test_a_drift_that_is_not_far_below_delta_decides_nothing(self) -> None:
        observation = observe(mean(shift=5.0, drift=lambda self, m: Ball(0.02, 0.0)))
        assert observation.verdict is Observed.INCONCLUSIVE
        assert observation.reason == "2 of 2 comparisons have a drift above δ/10"

    def test_what_is_known_of_the_replicates_is_checked(self) -> None:
        with pytest.raises(ClaimError, match=r"said to lie in \[0, 1\]"):
            observe(mean(known=Hoeffding(0, 1)))

    def test_a_claim_does_not_set_its_own_levels(self) -> None:
        assert problems(mean(sharpening={"quick": 9})) == ["sharpening belongs to the kind"]
        assert problems(mean(pilot=1)) == ["block and pilot are numbers of replicates, at least 2"]
