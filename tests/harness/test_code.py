"""The source code that a report shows."""

from checks.harness.code import code
from checks.harness.registry import discover

from .claims import identity

CLAIM = next(claim for claim in discover() if claim.label == "A1.1")


def test_the_methods_of_a_claim_are_shown_with_their_place() -> None:
    found = {part["name"]: part for part in code(CLAIM)}
    assert found["prediction"]["source"].startswith("def prediction(self, spectrum,")
    assert found["simulation"]["where"].startswith("checks/claims/attention_pca/tilting.py:")
    assert "mutants" in found


def test_so_are_the_functions_that_prediction_and_simulation_call() -> None:
    names = [part["name"] for part in code(CLAIM)]
    assert "theory.attention_pca.tilting.head_limit" in names
    assert "numerics.infinite_prompt.infinite_prompt_output" in names


def test_what_is_no_function_is_left_out() -> None:
    assert "scale" not in [part["name"] for part in code(identity(scale=1))]


def test_code_made_at_run_time_is_left_out() -> None:
    namespace: dict[str, object] = {}
    exec("def simulation(self, x):\n    return x", namespace)
    assert "simulation" not in [part["name"] for part in code(identity(simulation=namespace["simulation"]))]
