import pytest

from theory.subspace_recovery import correction


@pytest.mark.parametrize("derivation", [correction.derivation, correction.weights_derivation])
def test_every_exact_step_holds(derivation) -> None:
    exact = [step for step in derivation().steps if step.kind == "exact"]
    assert exact
    assert {step.residual for step in exact} == {"0"}
