import pytest

from theory.attention_pca import trained_risk


@pytest.mark.parametrize(("derivation", "number"), [(trained_risk.derivation, 3), (trained_risk.bound_derivation, 1)])
def test_every_exact_step_holds(derivation: object, number: int) -> None:
    steps = [step for step in derivation().steps if step.kind == "exact"]  # type: ignore[operator]
    assert [step.residual for step in steps] == ["0"] * number


def test_only_the_minimiser_rests_on_what_is_not_proved() -> None:
    assert "heuristic" in {step.kind for step in trained_risk.derivation().steps}
    assert "heuristic" not in {step.kind for step in trained_risk.bound_derivation().steps}


def test_worked_value() -> None:
    assert trained_risk.lower_bound([[[1, 0], [0, 1]]]) == 0.5


def test_for_one_prompt_it_is_the_minimum() -> None:
    assert float(trained_risk.lower_bound([[[2, 0], [0, 1]]])) == 0.5  # diag(2, 1/2)
