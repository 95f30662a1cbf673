import math

import pytest

from theory.subspace_recovery import finite_weights, objective


def test_every_exact_step_holds() -> None:
    steps = [step for step in finite_weights.derivation().steps if step.kind == "exact"]
    assert len(steps) == 4
    assert {step.residual for step in steps} == {"0"}


@pytest.mark.parametrize("latent", objective.LATENTS)
def test_equal_tokens_have_the_coefficient_of_noise_alone(latent: str) -> None:
    right = 3 * math.e - 2 * math.e**2 - 1
    no_signal, no_token = objective.Model.of(1, 0, 0.5, latent=latent), objective.Model.of(1, 2, 0, latent=latent)
    for model in (no_signal, no_token):
        assert float(objective.at(finite_weights.coefficient(latent), model, 0.5)) == pytest.approx(right)


def test_a_constant_sign_alone_shifts_all_scores() -> None:
    right = 3 * math.e - 2 * math.e**2 - 1
    model = objective.Model.of(1, 2, 1, latent="constant")
    assert float(objective.at(finite_weights.coefficient("constant"), model, -0.75)) == pytest.approx(right)


def test_an_unknown_sign_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown latent sign"):
        finite_weights.coefficient("uniform")
