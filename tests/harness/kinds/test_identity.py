from itertools import count
from typing import Any

import numpy as np
import pytest
from hypothesis import assume

from checks.harness.blocks import SimulationError
from checks.harness.claim import problems
from checks.harness.verdict import ClaimError, Observed, Refuted, Survival

from ..claims import Measured, bound, identity, observe, squares


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
