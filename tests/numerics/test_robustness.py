"""Pairs of networks, trained for a few steps."""

import numpy as np
import pytest

from numerics import robustness
from numerics.network_training import trained
from numerics.robustness import drawn_attack_pairs, drawn_masking, drawn_noise_pairs, transferred, under_attack
from numerics.small_networks import Network

PLAIN, CUT = Network("symmetric", width=6, head=2), Network("symmetric", width=6, head=2, threshold=0.5)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robustness, "trained", lambda seeds, network: trained(seeds, network, steps=3))


@pytest.mark.usefixtures("quick")
def test_one_number_a_pair() -> None:
    for drawn in (
        lambda rng: drawn_noise_pairs(rng, 3, CUT, PLAIN, 0.2),
        lambda rng: drawn_attack_pairs(rng, 3, CUT, PLAIN, 0.1),
        lambda rng: drawn_attack_pairs(rng, 3, CUT, PLAIN, 0.1, PLAIN),
        lambda rng: drawn_masking(rng, 3, CUT, 0.1),
    ):
        found = drawn(np.random.default_rng(0))
        assert found.shape == (3,)
        assert np.isin(found, (0, 1)).all()
        np.testing.assert_array_equal(found, drawn(np.random.default_rng(0)))


def test_an_attack_lowers_the_accuracy_and_one_of_size_0_does_not() -> None:
    one, other = trained([1, 2], PLAIN, steps=60), trained([3, 4], PLAIN, steps=60)
    still = under_attack(one, other, 0.0)
    assert (under_attack(one, one, 0.2) < still).all()
    np.testing.assert_allclose(transferred(one, other, 0.0), (still + under_attack(other, one, 0.0)) / 2)


def test_equal_accuracies_are_decided_by_lot() -> None:
    equal = np.zeros(2000)
    assert robustness._wins(np.random.default_rng(0), equal, equal).mean() == pytest.approx(0.5, abs=0.05)
    np.testing.assert_array_equal(
        robustness._wins(np.random.default_rng(0), np.array([1.0, 0.0]), np.array([0.0, 1.0])), [1, 0]
    )
