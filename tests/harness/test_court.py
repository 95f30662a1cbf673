from typing import Any

import pytest

from checks.harness.blocks import SimulationError, inline
from checks.harness.claim import Claim
from checks.harness.court import Outcome, evaluate, propagate
from checks.harness.verdict import ClaimError, Derived, Inconclusive, Observed, Refuted

from .claims import RELEASED, Derivation, Measured, Step, identity


def judged(*claims: type[Claim]) -> dict[str, Outcome]:
    return propagate(inline(evaluate(claim, RELEASED)) for claim in claims)


def explode(x: int) -> Any:
    raise ZeroDivisionError("no layer")


def test_a_good_claim_passes_with_both_verdicts() -> None:
    outcome = inline(evaluate(identity(steps=(Step(), Step("argument", "so", None))), RELEASED))
    assert outcome.failure() is None
    assert outcome.headline == "proved (1 argument step) · supported"


def test_a_wrong_simulator_fails_with_claim_and_gap() -> None:
    failure = inline(evaluate(identity(simulated=lambda x: Measured(x * x + 0.5, 1e-12)), RELEASED)).failure()
    assert isinstance(failure, Refuted)
    assert "T1 Square" in str(failure)
    assert "theory 4 ± 0, simulation 4.5 ± 1e-12 (numerical error bound), gap 0.5" in str(failure)


def test_a_wrong_derivation_fails_with_the_residual() -> None:
    failure = inline(evaluate(identity(steps=(Step("exact", "a = b", "a - b"),)), RELEASED)).failure()
    assert isinstance(failure, Refuted)
    assert "step 1, a = b: the two sides differ by a - b" in str(failure)


def test_an_undecided_claim_is_inconclusive() -> None:
    failure = inline(evaluate(identity(simulated=lambda x: Measured(x * x, 1.0)), RELEASED)).failure()
    assert isinstance(failure, Inconclusive)


def test_a_standing_mutant_fails_the_claim() -> None:
    # The simulator follows the mutant at x = 3, where the theory is refuted; alone, the mutant would stand.
    claim = identity(simulated=lambda x: Measured(float(x**3), 1e-12), mutated={"cube": lambda x: x**3})
    outcome = inline(evaluate(claim, RELEASED))
    assert [mutant.verdict for mutant in outcome.observation.mutants] == ["standing"]
    assert isinstance(outcome.failure(), Refuted)


def test_a_derivation_has_a_result_and_steps() -> None:
    failure = inline(evaluate(identity(derivation=lambda self: "trust me"), RELEASED)).failure()
    assert isinstance(failure, ClaimError)
    assert "must return an object with result and steps" in str(failure)


def test_a_fault_of_a_claim_is_kept_and_is_its_own() -> None:
    outcome = inline(evaluate(identity(simulated=explode), RELEASED))
    assert isinstance(outcome.failure(), SimulationError)
    assert str(outcome.failure()) == "ZeroDivisionError: no layer"
    assert outcome.derived is Derived.PROVED
    assert outcome.observation.verdict is Observed.INCONCLUSIVE
    assert outcome.observation.reason == "ZeroDivisionError: no layer"


@pytest.mark.parametrize("exit_by", [SystemExit("bye"), pytest.skip.Exception("later"), GeneratorExit()])
def test_a_claim_cannot_leave_the_court(exit_by: BaseException) -> None:
    def leave(x: int) -> Any:
        raise exit_by

    failure = inline(evaluate(identity(simulated=leave), RELEASED)).failure()
    assert isinstance(failure, SimulationError)
    assert type(exit_by).__name__ in str(failure)


@pytest.mark.parametrize("exit_by", [SystemExit("bye"), pytest.skip.Exception("later"), GeneratorExit()])
def test_nor_can_its_theory(exit_by: BaseException) -> None:
    def leave(x: int) -> Any:
        raise exit_by

    failure = inline(evaluate(identity(true=leave), RELEASED)).failure()
    assert isinstance(failure, ClaimError)
    assert type(exit_by).__name__ in str(failure)


def test_an_ill_formed_claim_fails_with_one_line() -> None:
    failure = inline(evaluate(identity(source=""), RELEASED)).failure()
    assert isinstance(failure, ClaimError)
    assert str(failure).endswith("source is missing")
    assert "\n" not in str(failure)


class TestPropagation:
    def test_argument_steps_of_used_claims_are_counted_once(self) -> None:
        argument = Step("argument", "so", None)
        base = identity(label="T1", steps=(Step(), argument, argument))
        left = identity(label="T3", uses=("T1",), steps=(Step(), argument))
        right = identity(label="T4", uses=("T1",), steps=(Step(),))
        outcomes = judged(base, left, right, identity(label="T5", uses=("T3", "T4"), steps=(Step(), argument)))
        assert outcomes["T1"].derivation_words == "proved (2 argument steps)"
        assert outcomes["T3"].derivation_words == "proved (1 + 2 argument steps)"
        assert outcomes["T4"].derivation_words == "proved (0 + 2 argument steps)"
        assert outcomes["T5"].derivation_words == "proved (1 + 3 argument steps)"

    def test_assumptions_are_united(self) -> None:
        base = identity(label="T1", assumptions=("finite", "real"))
        user = identity(label="T3", uses=("T1",), assumptions=("real", "smooth"))
        assert judged(base, user)["T3"].assumptions == ("real", "smooth", "finite")

    @pytest.mark.parametrize(
        "fault",
        [
            {"simulated": lambda x: Measured(0.0, 0.0)},
            {"simulated": lambda x: Measured(x * x, 1.0)},
            {"simulated": explode},
            {"steps": (Step("exact", "a = b", "a - b"),)},
        ],
    )
    def test_what_rests_on_a_fault_is_inconclusive_through_any_number_of_steps(self, fault: dict[str, Any]) -> None:
        base, middle = identity(label="T1", **fault), identity(label="T3", uses=("T1",))
        outcomes = judged(base, middle, identity(label="T4", uses=("T3",)))
        for label, used in (("T3", "T1"), ("T4", "T3")):
            assert outcomes[label].derived is Derived.INCONCLUSIVE
            assert outcomes[label].derived_reason.startswith(f"uses {used}, which is")
            assert isinstance(outcomes[label].failure(), Inconclusive)

    def test_what_rests_on_a_claim_that_is_not_checked_is_inconclusive(self) -> None:
        outcome = judged(identity(uses=("A9.9",)))["T1"]
        assert outcome.derived_reason == "uses A9.9, which is not checked"

    def test_what_rests_on_a_heuristic_is_at_most_one(self) -> None:
        base = identity(label="T1", derivation=lambda self: Derivation((Step("argument", "so", None),)))
        outcome = judged(base, identity(label="T3", uses=("T1",)))["T3"]
        assert outcome.derived is Derived.HEURISTIC
        assert outcome.failure() is None

    def test_what_rests_on_enclosures_is_certified(self) -> None:
        base = identity(label="T1", derivation=lambda self: Derivation((Step("certified", "so", None),)))
        outcomes = judged(base, identity(label="T3", uses=("T1",)), identity(label="T4", uses=("T3",)))
        assert [outcomes[label].derived for label in ("T3", "T4")] == [Derived.CERTIFIED, Derived.CERTIFIED]
