"""Training: reproducible, the same beside others, learns, and says when it diverges."""

import numpy as np
import pytest

from numerics.network_training import TEST, digits, drawn_seeds, held_out, trained
from numerics.small_networks import Network, losses

SMALL = Network(width=6, head=2)


def test_the_data() -> None:
    data = digits()
    assert data.images.shape == (1797 - TEST, 8, 8)
    assert (data.images.min(), data.images.max()) == (0, 1)
    assert len(data.test_labels) == TEST
    assert held_out(3, count=5)[0].shape == (3, 5, 8, 8)
    assert set(data.test_labels) == set(range(10))


def test_a_seed_gives_the_same_network_alone_and_beside_others() -> None:
    alone, beside = trained([7], SMALL, steps=4), trained([3, 7], SMALL, steps=4)
    for name, value in alone.parameters.items():
        np.testing.assert_allclose(value[0], beside.parameters[name][1], rtol=1e-9, atol=1e-12)
    assert (trained([7], SMALL, steps=4).parameters["embed"] == alone.parameters["embed"]).all()


def test_training_lowers_the_loss_and_keeps_the_start() -> None:
    found = trained([1, 2], SMALL, steps=60)
    x, y = held_out(2)
    before, after = losses(found.before, SMALL, x, y), losses(found.parameters, SMALL, x, y)
    assert (after < 0.8 * before).all()
    assert (found.accuracy > 0.2).all()


def test_the_first_step_of_adam_is_the_rate_along_the_signs() -> None:
    found = trained([5], SMALL, steps=1, rate=0.01)
    moved = found.parameters["classes"] - found.before["classes"]
    np.testing.assert_allclose(np.abs(moved[moved != 0]), 0.01, rtol=1e-3)


def test_divergence_names_the_seed() -> None:
    with pytest.raises(FloatingPointError, match=r"diverged at step \d+: the loss of the seeds \[11"):
        trained([11], SMALL, steps=20, rate=1e200)


def test_bad_input() -> None:
    with pytest.raises(ValueError, match="steps"):
        trained([1], SMALL, steps=0)
    with pytest.raises(ValueError, match="batch"):
        trained([1], SMALL, batch=0)
    with pytest.raises(ValueError, match="rate"):
        trained([1], SMALL, rate=float("inf"))
    with pytest.raises(ValueError, match="count"):
        drawn_seeds(np.random.default_rng(0), 0)
