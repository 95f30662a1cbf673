from dataclasses import replace
from fractions import Fraction
from itertools import count
from typing import Any

import numpy as np
import pytest
from hypothesis import assume
from hypothesis import strategies as st

from checks.harness.ball import Allowed, Ball
from checks.harness.blocks import SimulationError
from checks.harness.budget import ALPHA
from checks.harness.claim import problems
from checks.harness.intervals import Hoeffding
from checks.harness.verdict import ClaimError, Observed, Refuted, Survival

from .claims import RELEASED, Measured, bound, identity, law, limit, mean, observe, rate, squares


class TestIdentity:
    def test_a_true_identity_is_supported_and_its_mutant_refuted(self) -> None:
        observation = observe(identity())
        assert observation.verdict is Observed.SUPPORTED
        assert [(m.shift, m.verdict) for m in observation.mutants] == [(18.0, Survival.REFUTED)]
        assert [row.params for row in observation.rows] == [{"x": 2}, {"x": 3}]

    def test_a_wrong_theory_is_refuted_at_hypothesis_simplest_case(self) -> None:
        claim = identity(drawn=squares, true=lambda x: x * x if x < 17 else x * x + 1)
        observation = observe(claim)
        assert observation.verdict is Observed.REFUTED
        assert observation.rows[0].params == {"x": 17}

    def test_a_wrong_simulator_is_refuted(self) -> None:
        claim = identity(drawn=squares, simulated=lambda x: Measured(x * x * (1 + 1e-9), 1e-12))
        assert observe(claim).verdict is Observed.REFUTED

    def test_a_simulator_that_ignores_its_parameters_is_refuted(self) -> None:
        assert observe(identity(simulated=lambda x: Measured(4.0, 1e-9))).verdict is Observed.REFUTED

    def test_a_numerical_error_that_is_too_large_decides_nothing(self) -> None:
        observation = observe(identity(simulated=lambda x: Measured(float(x * x), 1.0)))
        assert observation.verdict is Observed.INCONCLUSIVE
        assert "cannot resolve" in observation.reason

    def test_nothing_is_supported_when_no_mutant_can_be_refuted(self) -> None:
        observation = observe(identity(mutated={"the same": lambda x: x * x}))
        assert observation.verdict is Observed.INCONCLUSIVE
        assert [m.verdict for m in observation.mutants] == [Survival.UNRESOLVED]

    def test_cases_are_drawn_anew_by_other_seeds_only(self) -> None:
        claim = identity(drawn=squares)
        first, again = observe(claim), observe(claim)
        assert [row.params for row in first.rows] == [row.params for row in again.rows]

    def test_no_case_supports_nothing(self) -> None:
        assert observe(identity(drawn=[])).verdict is Observed.INCONCLUSIVE

    def test_several_quantities_are_compared_each_with_its_error(self) -> None:
        claim = identity(
            true=lambda x: {"square": x * x, "powers[0]": x, "powers[1]": x**3},
            simulated=lambda x: {
                "square": Measured(float(x * x), 0.0),
                "powers": Measured(np.array([x, x**3], float), np.array([0.0, 1e-9])),
            },
            mutated={"off": lambda x: {"square": x * x + 1}},
        )
        observation = observe(claim)
        assert observation.verdict is Observed.SUPPORTED
        assert [row.quantity for row in observation.rows[:3]] == ["square", "powers[0]", "powers[1]"]

    def test_different_quantities_are_an_error(self) -> None:
        with pytest.raises(ClaimError, match="theory predicts"):
            observe(identity(true=lambda x: [x, x]))

    @pytest.mark.parametrize("bad", [Measured(float("nan"), 0.0), Measured(1.0, -1.0), Measured(1.0, float("inf"))])
    def test_a_simulation_must_be_finite_with_an_error(self, bad: Measured) -> None:
        with pytest.raises(ClaimError, match="finite"):
            observe(identity(simulated=lambda x: bad))

    @pytest.mark.parametrize(
        ("wrong", "complaint"),
        [
            (lambda x: {"squares": 1}, "predicts squares, but the claim one number"),
            (lambda x: [x, x], r"predicts \[0\], \[1\], but the claim one number"),
            (lambda x: {}, "predicts nothing"),
        ],
    )
    def test_a_mutant_of_another_quantity_is_an_error(self, wrong: Any, complaint: str) -> None:
        with pytest.raises(ClaimError, match=complaint):
            observe(identity(mutated={"typo": wrong, "cube": lambda x: x**3}))

    def test_a_simulation_must_state_its_error(self) -> None:
        with pytest.raises(ClaimError, match="value and error, not float"):
            observe(identity(simulated=float))

    @pytest.mark.parametrize("case", [{"x": object()}, {"x": float("nan")}])
    def test_a_case_must_be_of_json_values(self, case: dict[str, Any]) -> None:
        with pytest.raises(ClaimError, match="JSON values"):
            observe(identity(drawn=[case], simulated=lambda x: Measured(1.0, 0.0), true=lambda x: 1))

    def test_what_a_claim_raises_is_not_taken_for_a_counterexample(self) -> None:
        def refuse(x: int) -> Any:
            raise Refuted("so it seems")

        with pytest.raises(SimulationError, match="Refuted: so it seems"):
            observe(identity(drawn=squares, simulated=refuse))

    def test_a_simulation_may_not_withdraw_a_case(self) -> None:
        def withdraw(x: int) -> Measured:
            assume(x < 17)
            return Measured(float(x * x), 0.0)

        with pytest.raises(SimulationError, match="assume"):
            observe(identity(drawn=squares, simulated=withdraw))

    def test_a_simulation_repeats_itself(self) -> None:
        noise = count()
        with pytest.raises(ClaimError, match="simulated twice with different results"):
            observe(identity(drawn=[{"x": 2}, {"x": 2}], simulated=lambda x: Measured(4.0, next(noise))))

    @pytest.mark.parametrize("empty", [[], {}])
    def test_an_empty_prediction_is_an_error(self, empty: Any) -> None:
        with pytest.raises(ClaimError, match="prediction is empty"):
            observe(identity(true=lambda x: empty, simulated=lambda x: {}))

    def test_a_quantity_is_judged_on_its_own_scale(self) -> None:
        numbers: dict[str, Any] = {
            "true": lambda x: {"big": 10**7, "small": 5},
            "simulated": lambda x: {"big": Measured(1e7, 0.0), "small": Measured(4.5, 1.0)},
            "mutated": {"off": lambda x: {"big": 1}},
        }
        assert observe(identity(**numbers)).verdict is Observed.SUPPORTED
        scaled = identity(**numbers, scale=lambda self, x: {"big": 1e7, "small": 5})
        assert observe(scaled).verdict is Observed.INCONCLUSIVE

    def test_scales_are_of_the_quantities(self) -> None:
        with pytest.raises(ClaimError, match=r"scale\(\) names big"):
            observe(identity(scale=lambda self, x: {"big": 1.0}))

    def test_the_detectable_discrepancy_counts_the_error_on_both_sides(self) -> None:
        row = observe(identity(simulated=lambda x: Measured(float(x * x), 1e-7))).rows[0]
        assert row.detectable == pytest.approx(2e-7)

    def test_an_interval_must_be_finite(self) -> None:
        with pytest.raises(ClaimError, match="not finite"):
            observe(identity(simulated=lambda x: Measured(1e308, 1.7e308)))

    def test_a_vanishing_prediction_needs_a_scale(self) -> None:
        zero: dict[str, Any] = {"true": lambda x: 0, "simulated": lambda x: Measured(0.0, 1e-15)}
        with pytest.raises(ClaimError, match="scale"):
            observe(identity(**zero))
        assert observe(identity(**zero, scale=lambda self, x: 1.0)).verdict is Observed.SUPPORTED


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
            (lambda *_, **__: np.zeros(3), r"64 replicates, not an array of shape \(3,\)"),
            (lambda *_, **__: np.full(64, np.nan), "finite replicates"),
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
            observe(mean(simulation=lambda self, rng, n, m: np.full(n, float(m))))

    def test_a_bias_is_a_bound_and_not_negative(self) -> None:
        with pytest.raises(ClaimError, match="not negative, not -1"):
            observe(mean(allowance=-1))

    def test_a_higher_tier_resolves_less_with_more_replicates(self) -> None:
        quick, full = (observe(mean(), replace(RELEASED, tier=tier)).rows[0] for tier in ("quick", "full"))
        assert full.delta == quick.delta / 2
        assert 3.5 < (full.n or 0) / (quick.n or 1) < 4.5
        assert full.detectable <= full.delta * 1.05


class TestLaw:
    def test_a_true_law_is_supported_and_its_mutant_refuted(self) -> None:
        observation = observe(law())
        assert observation.verdict is Observed.SUPPORTED
        assert [m.verdict for m in observation.mutants] == [Survival.REFUTED]
        assert {row.interval_kind for row in observation.rows} == {"Dvoretzky–Kiefer–Wolfowitz"}
        assert max(row.detectable for row in observation.rows) <= 0.05 * 1.001

    def test_a_shift_that_moves_the_law_by_more_than_delta_is_refuted(self) -> None:
        assert observe(law(shift=0.3)).verdict is Observed.REFUTED

    def test_a_law_within_its_allowance_is_supported(self) -> None:
        observation = observe(law(shift=0.1, bias=lambda self, m: Ball(0.06, 0.0)))
        assert observation.verdict is Observed.SUPPORTED
        assert {row.finite_size for row in observation.rows} == {"bound 0.06"}

    @pytest.mark.parametrize("prediction", [{0.0: 1, 1.0: 0}, {0.0: Ball(-0.5, 0.0)}, {}, 3])
    def test_a_prediction_must_be_a_distribution(self, prediction: Any) -> None:
        with pytest.raises(ClaimError, match=r"predicts a mapping|rises from 0 to 1"):
            observe(law(prediction=lambda self, m: prediction))

    def test_atoms_count_at_their_points(self) -> None:
        claim = law(
            prediction=lambda self, m: {0.0: Ball(0.5, 0.0), 1.0: 1},
            simulation=lambda self, rng, n, m: rng.integers(0, 2, n).astype(float),
            mutated={"all at 0": lambda m: {0.0: 1, 1.0: 1}},
        )
        assert observe(claim).verdict is Observed.SUPPORTED

    def test_higher_tiers_resolve_less(self) -> None:
        quick, full = (observe(law(), replace(RELEASED, tier=tier)).rows[0] for tier in ("quick", "full"))
        assert full.delta == quick.delta / 2


class TestBound:
    def test_a_bound_that_is_attained_is_supported_and_a_sharper_one_refuted(self) -> None:
        observation = observe(bound())
        assert observation.verdict is Observed.SUPPORTED
        assert [m.verdict for m in observation.mutants] == [Survival.REFUTED]
        assert "slack/scale down to 0" in observation.reason

    def test_a_violated_bound_is_refuted(self) -> None:
        assert observe(bound(true=lambda x: x * x)).verdict is Observed.REFUTED
        assert observe(bound(side="lower")).verdict is Observed.REFUTED

    def test_a_lower_bound(self) -> None:
        claim = bound(side="lower", true=lambda x: -x, mutated={"more": lambda x: 1})
        assert observe(claim).verdict is Observed.SUPPORTED

    def test_a_sharper_bound_that_no_case_violates_is_unresolved_never_standing(self) -> None:
        wrong = {"weaker": lambda x: x * x + 2, "far sharper where it is not attained": lambda x: max(2, x * x // 2)}
        observation = observe(bound(mutated={**wrong, "none": lambda x: x}))
        assert [m.verdict for m in observation.mutants] == [Survival.UNRESOLVED, Survival.UNRESOLVED, Survival.REFUTED]

    def test_the_side_is_upper_or_lower(self) -> None:
        assert problems(bound(side="left")) == ['side must be "upper" or "lower", not \'left\'']


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


def vars_of(claim: type[Any]) -> dict[str, Any]:
    """Return what was set beside the class body."""
    names = ("log_power", "resolution", "replicates", "block", "simulation", "cases")
    return {name: vars(claim)[name] for name in names}


class TestLimit:
    def test_a_true_limit_is_supported_and_its_mutant_refuted(self) -> None:
        observation = observe(limit())
        assert observation.verdict is Observed.SUPPORTED
        assert [m.verdict for m in observation.mutants] == [Survival.REFUTED]
        assert abs(observation.rows[0].simulation - np.e) < 1e-6

    def test_a_wrong_limit_is_refuted(self) -> None:
        assert observe(limit(prediction=lambda self, sizes: Ball(2.72, 0.0))).verdict is Observed.REFUTED

    def test_wrong_exponents_fail_a_guard(self) -> None:
        assert observe(limit(exponents=(0.5, 0.7))).verdict is Observed.INCONCLUSIVE


class TestFiniteSize:
    def test_a_drift_far_below_delta_is_stated(self) -> None:
        observation = observe(mean(drift=lambda self, m: Ball(0.001, 0.0)))
        assert observation.verdict is Observed.SUPPORTED
        assert observation.rows[0].finite_size == "exact law, drift 0.001"

    def test_a_drift_that_is_not_far_below_delta_decides_nothing(self) -> None:
        observation = observe(mean(shift=5.0, drift=lambda self, m: Ball(0.02, 0.0)))
        assert observation.verdict is Observed.INCONCLUSIVE

    def test_what_is_known_of_the_replicates_is_checked(self) -> None:
        with pytest.raises(ClaimError, match=r"said to lie in \[0, 1\]"):
            observe(mean(known=Hoeffding(0, 1)))

    def test_a_claim_does_not_set_its_own_levels(self) -> None:
        assert problems(mean(sharpening={"quick": 9})) == ["sharpening belongs to the kind"]
        assert problems(mean(pilot=1)) == ["block and pilot are numbers of replicates, at least 2"]
