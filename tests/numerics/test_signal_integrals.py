"""The integrals against a rule over all tokens, and against drawn prompts."""

import numpy as np
import pytest

from numerics.signal_cubature import cubature_square
from numerics.signal_draws import drawn_squares
from numerics.signal_integrals import expected_square
from numerics.signal_tokens import LATENTS, plane_of


@pytest.mark.parametrize(
    ("informative", "nuisance", "dimension", "latent"),
    [
        (1, 1, 3, "rademacher"),
        (2, 0, 4, "constant"),
        (2, 1, 3, "rademacher"),
        (1, 2, 5, "constant"),
        (0, 2, 2, "constant"),
    ],
)
def test_two_and_three_tokens_against_cubature(informative, nuisance, dimension, latent) -> None:
    q, _ = plane_of(-0.4, dimension, np.random.default_rng(6))
    of_all = cubature_square(q, 1.0, 1.5, informative, nuisance, latent)
    found = expected_square(-0.4, 1.0, 1.5, informative, nuisance, dimension, latent)
    for name, right in of_all.items():
        assert abs(found[name].value - right.value) <= found[name].error + right.error


@pytest.mark.parametrize("latent", LATENTS)
@pytest.mark.parametrize("beta", [0.5, 1.0, 2.0])
def test_drawn_prompts(latent: str, beta: float) -> None:
    drawn = drawn_squares(np.random.default_rng(7), 100_000, 0.5, beta, 1.5, 4, 3, 3, latent)
    found = expected_square(0.5, beta, 1.5, 4, 3, 3, latent)["square"]
    assert abs(drawn.mean() - found.value) < 5 * drawn.std() / np.sqrt(len(drawn))


def test_a_flat_head_averages() -> None:
    found = expected_square(0.0, 1e-7, 0.0, 0, 2, 6)
    assert found["square"].value == pytest.approx(3)
    assert found["weights"].value == pytest.approx(0.5)


@pytest.mark.parametrize("length", [100, 10_000])
def test_it_is_affine_in_the_dimension(length: int) -> None:
    two, six = (expected_square(0.25, 1.0, 1.0, length // 4, 3 * length // 4, d) for d in (2, 6))
    assert six["square"].value - two["square"].value == pytest.approx(4 * two["weights"].value)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ((1.5, 1.0, 1.0, 1, 1, 2), "alignment m"),
        ((float("nan"), 1.0, 1.0, 1, 1, 2), "alignment m"),
        ((0.5, 0.0, 1.0, 1, 1, 2), "β must be in"),
        ((0.5, float("inf"), 1.0, 1, 1, 2), "β must be in"),
        ((0.5, 1.0, float("nan"), 1, 1, 2), "strength θ"),
        ((0.5, 1.0, 1.0, 0, 0, 2), "there must be a token"),
        ((0.5, 1.0, 1.0, 1, 0, 2), "number of tokens N"),
        ((0.5, 1.0, 1.0, 1, 10**6, 2), "number of tokens N"),
        ((0.5, 1.0, 1.0, 1, 1, 1), "at least 2"),
        ((0.5, 1.0, 1.0, 1, 1, 2, "uniform"), "unknown latent sign"),
    ],
)
def test_bad_input_is_refused(numbers, message) -> None:
    with pytest.raises(ValueError, match=message):
        expected_square(*numbers)
