"""Conditions of heads, on nets trained for a few steps."""

from dataclasses import replace

import numpy as np
import pytest

from numerics import trained_values
from numerics.network_training import Trained, trained
from numerics.small_networks import Head, Network, initial
from numerics.trained_values import (
    conditions,
    demanded,
    drawn_above_chance,
    drawn_alignments,
    drawn_falls,
    drawn_projections,
    fell,
    last_head,
    projection_loss,
    random_values,
)

NETWORK = Network(width=6, head=3)
DRAWN = [
    drawn_alignments,
    drawn_above_chance,
    lambda rng, n, network: drawn_above_chance(rng, n, network, "overlap"),
    lambda rng, n, network: drawn_projections(rng, n, network, 0.5),
]


@pytest.fixture
def head() -> Head:
    return last_head(initial([1, 2], NETWORK), NETWORK, images=4)


def test_exact_values_meet_the_conditions_and_random_ones_do_not(head: Head) -> None:
    exact = conditions(head, demanded(head))
    for one in (exact.alignment, exact.overlap):
        np.testing.assert_allclose(one, 1)
    for zero in (exact.weighted_share, exact.residual, exact.deviation):
        np.testing.assert_allclose(zero, 0, atol=1e-9)
    chance = conditions(head, random_values(np.random.default_rng(0), head))
    assert (chance.alignment < 0.9).all()
    assert (chance.overlap < 0.95).all()
    assert (chance.deviation > 0.1).all()
    assert (chance.weighted_share > 0).all()


def test_the_loss_of_exact_values_is_that_of_a_projection(head: Head) -> None:
    assert (projection_loss(Head(head.tokens, head.queries, head.keys, demanded(head))) >= 0).all()
    assert (projection_loss(Head(head.tokens, head.queries, head.keys, 1e3 * head.values)) < 0).all()


def test_images_without_all_components_do_not_count(head: Head) -> None:
    head.keys[0, 1] = 0.0  # equal keys: no component at all
    kept = conditions(head)
    assert np.isfinite(kept.alignment).all()
    head.keys[0] = 0.0
    unknown = conditions(head)
    np.testing.assert_array_equal(np.isnan(unknown.alignment), [True, False])
    np.testing.assert_array_equal(demanded(head)[0], head.values[0])


def test_networks_that_cannot_be_measured_count_for_the_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    def flat(seeds: list[int], network: Network) -> Trained:
        found = trained(seeds, network, steps=3)
        return replace(found, parameters={**found.parameters, "key0": 0 * found.parameters["key0"]})

    monkeypatch.setattr(trained_values, "trained", flat)
    for drawn in DRAWN:
        np.testing.assert_array_equal(drawn(np.random.default_rng(0), 2, NETWORK), 1)


@pytest.mark.parametrize("drawn", [*DRAWN, drawn_falls])
def test_one_number_a_network(drawn, monkeypatch: pytest.MonkeyPatch) -> None:
    original = trained_values.trained
    monkeypatch.setattr(trained_values, "trained", lambda seeds, network: original(seeds, network, steps=3))
    found = drawn(np.random.default_rng(0), 3, NETWORK)
    assert found.shape == (3,)
    assert ((found >= 0) & (found <= 1)).all()
    np.testing.assert_array_equal(found, drawn(np.random.default_rng(0), 3, NETWORK))


def test_a_loss_falls_or_does_not(head: Head) -> None:
    larger = replace(head, values=2 * head.values)
    assert fell(head, larger).all()
    assert not fell(larger, head).any()
    assert not fell(head, head).any()


def test_an_unknown_measure_is_refused() -> None:
    with pytest.raises(ValueError, match="alignment"):
        drawn_above_chance(np.random.default_rng(0), 2, NETWORK, "cosine")
