"""The infinite prompt against drawn prompts and where it is known."""

import numpy as np
import pytest

from numerics.infinite_signal import infinite_prompt, signal_prompt
from numerics.signal_attention import softmax_weights
from numerics.signal_tokens import LATENTS, drawn_signal_tokens, plane_of


def test_without_signal_the_output_is_the_query_times_beta() -> None:
    found = infinite_prompt([1.0, 0.0], 1.0, 1.0, 0.0)
    np.testing.assert_allclose(found.output.value, [1, 0], atol=found.output.error)
    assert found.square.value == pytest.approx(1, abs=found.square.error)
    assert found.squares_of_weights.value == pytest.approx(np.e, abs=found.squares_of_weights.error)


def test_the_nodes_have_the_moments_of_the_tokens() -> None:
    prompt = signal_prompt(2, 1.5, 0.25, "constant", 0)
    assert prompt.weights.sum() == pytest.approx(1)
    np.testing.assert_allclose(prompt.weights @ prompt.tokens, [0.375, 0], atol=1e-12)
    second = prompt.tokens.T @ (prompt.weights[:, None] * prompt.tokens)
    np.testing.assert_allclose(second, [[1 + 0.25 * 1.5**2, 0], [0, 1]], atol=1e-12)


@pytest.mark.parametrize("latent", LATENTS)
@pytest.mark.parametrize("dimension", [2, 3])
def test_a_long_drawn_prompt_comes_near(latent: str, dimension: int) -> None:
    rng = np.random.default_rng(5)
    q, _ = plane_of(0.6, dimension, rng)
    found = infinite_prompt(q, 0.75, 1.5, 0.25, latent)
    tokens = drawn_signal_tokens(rng, 1, 100_000, 300_000, dimension, 1.5, latent)
    weights = softmax_weights(q[None], tokens, 0.75)[0]
    output = weights @ tokens[0]
    deviation = np.sqrt((weights**2) @ (tokens[0] - output) ** 2)
    assert (np.abs(output - found.output.value) < 5 * deviation).all()
    assert 400_000 * (weights @ weights) == pytest.approx(found.squares_of_weights.value, rel=0.02)


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="dimensions 1 to 3, not 4"):
        infinite_prompt(np.ones(4) / 2, 1.0, 1.0, 0.5)
    with pytest.raises(ValueError, match="query must be finite"):
        infinite_prompt([np.nan, 0.0], 1.0, 1.0, 0.5)
    with pytest.raises(ValueError, match="inverse_temperature must be finite"):
        infinite_prompt([1.0, 0.0], np.inf, 1.0, 0.5)
    for strength, share in ((np.inf, 0.5), (1.0, 1.5), (1.0, -0.1)):
        with pytest.raises(ValueError, match="strength θ must be finite and share π in"):
            infinite_prompt([1.0, 0.0], 1.0, strength, share)
    for beta, strength, latent in ((9.0, 0.0, "constant"), (2.5, 2.0, "gaussian")):
        with pytest.raises(ValueError, match="nodes do not integrate"):
            infinite_prompt([1.0, 0.0], beta, strength, 0.5, latent)
    with pytest.raises(ValueError, match="unknown latent sign"):
        infinite_prompt([1.0, 0.0], 1.0, 1.0, 0.5, "uniform")
