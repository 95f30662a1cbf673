"""Largest eigenvalues and ranks against worked values and a dense computation."""

import numpy as np
import pytest

from numerics.kernel_spectrum import exact_mixers, opposite, spectrum_chain

PAIR = np.array([[0.0], [1.0]])


def test_worked_values() -> None:
    found = spectrum_chain(PAIR)
    assert found["λ_max(K̃)"].value == pytest.approx(0.0888, abs=1e-4)
    assert found["λ_max(K̃/N)"].value == pytest.approx(0.0444, abs=1e-4)
    assert found["1/min g"].value == 0.5
    assert abs(found["λ_max(K_φ − G)"].value) <= found["λ_max(K_φ − G)"].error
    assert opposite(2, 1, 1, 2).tolist() == [[1], [-2]]
    assert exact_mixers(np.random.default_rng(0).standard_normal((1, 5, 3)), 2).value == 15


def test_against_a_dense_computation() -> None:
    keys = np.random.default_rng(1).standard_normal((12, 5))
    raw = np.exp(keys @ keys.T / np.sqrt(5))
    G = np.diag(1 / raw.sum(axis=1))
    center = np.eye(12) - 1 / 12
    found = spectrum_chain(keys)
    for name, matrix in (("λ_max(K_φ)", G @ raw @ G), ("λ_max(K̃)", center @ G @ raw @ G @ center)):
        assert abs(found[name].value - np.linalg.norm(matrix, 2)) <= 2 * found[name].error
    assert found["λ_max(K̃)/λ_max(K_φ)"].value == pytest.approx(found["λ_max(K̃)"].value / found["λ_max(K_φ)"].value)


def test_the_rank_is_counted() -> None:
    keys = np.random.default_rng(2).standard_normal((6, 4))
    twice = exact_mixers(np.array([keys, keys]), 2)  # the same sequence twice: rank 2, not 4
    assert (twice.value, twice.error) == (24, 0)
    assert exact_mixers(np.array([keys, keys[::-1]]), 2).value == 12


def test_a_rank_that_cannot_be_decided_says_so() -> None:
    keys = np.random.default_rng(2).standard_normal((6, 4))
    near = exact_mixers(np.array([keys, keys * (1 + 1e-10)]), 2)
    assert near.error == 36


@pytest.mark.parametrize(
    "call",
    [
        lambda: spectrum_chain(np.ones((1, 1))),
        lambda: spectrum_chain(np.array([[0.0], [np.inf]])),
        lambda: exact_mixers(PAIR, 1),
        lambda: exact_mixers(PAIR[None], 2),
        lambda: opposite(1, 1, 1, 1),
        lambda: opposite(2, 0, 1, 1),
        lambda: opposite(2, 1, -1, 1),
        lambda: opposite(2, 1, 1, np.nan),
    ],
)
def test_bad_input_is_refused(call) -> None:
    with pytest.raises(ValueError, match=r"must|components"):
        call()
