import numpy as np
import pytest

from numerics.prompts import hermite_prompt
from numerics.signal_tokens import (
    LATENTS,
    count_of_tokens,
    drawn_latent,
    drawn_signal_tokens,
    known_order,
    latent_nodes,
    plane_of,
    signal_nodes,
)


def test_the_first_tokens_carry_the_signal() -> None:
    tokens = drawn_signal_tokens(np.random.default_rng(1), 20_000, 2, 3, 4, 3.0, "constant")
    assert tokens.shape == (20_000, 5, 4)
    means = tokens.mean(axis=0)
    right = np.zeros((5, 4))
    right[:2, 0] = 3
    assert np.abs(means - right).max() < 5 / np.sqrt(20_000)
    assert np.abs(tokens.var(axis=0) - 1).max() < 8 / np.sqrt(20_000)


@pytest.mark.parametrize(("latent", "fourth"), [("rademacher", 1), ("constant", 1), ("gaussian", 3)])
def test_the_latent_signs_have_their_moments(latent: str, fourth: float) -> None:
    signs = drawn_latent(np.random.default_rng(2), (100_000,), latent)
    assert signs.mean() == pytest.approx(1 if latent == "constant" else 0, abs=0.02)
    assert (signs**2).mean() == pytest.approx(1, abs=0.03)
    assert (signs**4).mean() == pytest.approx(fourth, abs=0.2)


@pytest.mark.parametrize(("latent", "fourth"), [("rademacher", 1), ("constant", 1), ("gaussian", 3)])
def test_the_nodes_of_a_sign_have_its_moments(latent: str, fourth: float) -> None:
    values, masses = latent_nodes(latent, 8)
    assert masses.sum() == pytest.approx(1)
    assert masses @ values == pytest.approx(1 if latent == "constant" else 0)
    assert masses @ values**2 == pytest.approx(1)
    assert masses @ values**4 == pytest.approx(fourth)


@pytest.mark.parametrize("alignment", [-1.0, -0.3, 0.0, 0.8, 1.0])
@pytest.mark.parametrize("dimension", [2, 5])
def test_the_plane_holds_query_and_signal(alignment: float, dimension: int) -> None:
    q, v = plane_of(alignment, dimension, np.random.default_rng(3))
    assert q @ q == pytest.approx(1)
    assert v @ v == pytest.approx(1)
    assert q @ v == pytest.approx(0)
    assert q[0] == pytest.approx(alignment)
    np.testing.assert_allclose(alignment * q + np.sqrt(1 - alignment**2) * v, np.eye(dimension)[0], atol=1e-15)


def test_no_token_and_odd_counts_are_refused() -> None:
    assert count_of_tokens(2, 3) == 5
    assert count_of_tokens(0, 1) == 1
    with pytest.raises(ValueError, match="informative \\+ nuisance is 0"):
        count_of_tokens(0, 0)
    for informative, nuisance, name in ((-1, 2, "informative"), (2, -1, "nuisance"), (1.5, 2, "informative")):
        with pytest.raises(ValueError, match=f"number of {name} tokens"):
            count_of_tokens(informative, nuisance)


def test_bad_input_is_refused() -> None:
    rng = np.random.default_rng(0)
    for strength in (np.inf, np.nan):
        with pytest.raises(ValueError, match="strength θ must be finite"):
            drawn_signal_tokens(rng, 1, 1, 1, 2, strength)
    for n, dimension, name in ((0, 2, "number of stacks n"), (-1, 2, "number of stacks n"), (1, 0, "dimension d")):
        with pytest.raises(ValueError, match=f"{name} must be an integer of at least 1"):
            drawn_signal_tokens(rng, n, 1, 1, dimension, 1.0)
    known_order(3.0, 4)
    with pytest.raises(ValueError, match="4 nodes do not integrate"):
        known_order(3.01, 4)
    noise = hermite_prompt(np.eye(1), 2)
    for values, chances in (([1.0], [0.5]), ([1.0, 2.0], [1.5, -0.5]), ([np.nan], [1.0]), ([1.0, 2.0], [1.0])):
        with pytest.raises(ValueError, match="of the latent sign must"):
            signal_nodes(noise, 1.0, 0.5, np.array(values), np.array(chances))
    with pytest.raises(ValueError, match="unknown latent sign 'uniform'; there are rademacher, constant, gaussian"):
        drawn_signal_tokens(rng, 1, 1, 1, 2, 1.0, "uniform")
    with pytest.raises(ValueError, match="unknown latent sign"):
        latent_nodes("uniform", 3)
    with pytest.raises(ValueError, match="order must be an integer of at least 1"):
        latent_nodes("gaussian", 0)
    for alignment in (1.5, np.nan):
        with pytest.raises(ValueError, match="alignment m must be in"):
            plane_of(alignment, 3, rng)
    with pytest.raises(ValueError, match="at least 2"):
        plane_of(1.0, 1, rng)
    assert LATENTS == ("rademacher", "constant", "gaussian")
