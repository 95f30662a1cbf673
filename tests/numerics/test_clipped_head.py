"""The head with cut keys."""

import numpy as np
import pytest

from numerics.clipped_head import clipped_head, spoilt_tokens


def test_worked_values() -> None:
    assert np.abs(spoilt_tokens(0, 1, 1, 2.0)) == 2
    found = clipped_head(np.array([[1.0], [-1.0]]), 1.0)
    assert found.largest.value == pytest.approx(1 / (1 + np.exp(-2)))
    assert found.least.value == pytest.approx(1 / (1 + np.exp(2)))


def test_tokens_and_outputs() -> None:
    tokens = spoilt_tokens(3, 6, 4, 50.0)
    norms = np.linalg.norm(tokens, axis=1)
    assert norms[0] == pytest.approx(50)
    assert (norms[1:] <= 1).all()
    assert clipped_head(1e3 * tokens, 1e-4).shortest.value == pytest.approx(
        1e3 * np.linalg.norm(tokens.mean(axis=0)), rel=1e-3
    )  # flat attention: the mean
    assert np.ptp(np.abs(spoilt_tokens(0, 5, 4, 2.0, corner=True)[0])) < 1e-12


def test_bad_input() -> None:
    with pytest.raises(ValueError, match="size"):
        spoilt_tokens(0, 2, 2, -1.0)
    with pytest.raises(ValueError, match="tokens"):
        spoilt_tokens(0, 0, 2, 1.0)
    with pytest.raises(ValueError, match="threshold"):
        clipped_head(np.ones((2, 2)), 0.0)
