"""The d-dimensional simulation is tested with the one-dimensional one; here what is its own."""

import numpy as np
import pytest

from numerics.drawn_prompts import prompt_risks


def test_several_self_queries_have_the_mean_of_one() -> None:
    one, all_keys = (
        prompt_risks(np.random.default_rng(seed), 20_000, "softmax", [0.7, 0.2], np.eye(2), 4, "self", queries=queries)
        for seed, queries in ((0, 1), (1, 4))
    )
    assert all_keys.std() < one.std()
    assert abs(one.mean() - all_keys.mean()) < 5 * one.std() / np.sqrt(10_000)


def test_a_single_key_is_its_own_softmax_output() -> None:
    risks = prompt_risks(np.random.default_rng(0), 10, "softmax", [1.0, 0.0], np.eye(2), 1, "self")
    np.testing.assert_allclose(risks, 0, atol=1e-25)


@pytest.mark.parametrize("head", ["linear", "relu"])
def test_outputs_that_are_not_finite_are_refused(head: str) -> None:
    with pytest.raises(ValueError, match="not finite"):
        prompt_risks(np.random.default_rng(0), 10, head, [1e80, 0.0], np.eye(2), 3)
