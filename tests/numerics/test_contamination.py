import numpy as np
import pytest

from numerics.contamination import Contaminated, contaminated, error, output


def test_contamination_is_as_asked_for() -> None:
    rng = np.random.default_rng(0)
    drawn = contaminated(rng, 3, 20, 6, 2, "tokens", share=0.1)
    assert ((drawn.keys != drawn.clean).any(axis=2).sum(axis=1) == 2).all()
    assert np.linalg.matrix_rank(drawn.clean).tolist() == [2, 2, 2]
    drawn = contaminated(rng, 3, 20, 6, 6, "entries", share=0.05, size=7.0)
    moved = drawn.keys - drawn.clean
    assert ((np.abs(moved) > 1).sum(axis=(1, 2)) == 6).all()
    assert np.abs(moved).max() == pytest.approx(7)


def test_without_contamination_plain_attention_has_no_error() -> None:
    drawn = contaminated(np.random.default_rng(1), 2, 8, 4, 4, "entries", share=0.0)
    assert error(drawn, output(drawn, "plain", 1.0)).tolist() == [0, 0]


def test_estimators_are_what_they_are_called() -> None:
    drawn = contaminated(np.random.default_rng(2), 2, 12, 4, 4, "tokens")
    assert np.allclose(output(drawn, "clip", 1.0), output(drawn, 1, 1.0))
    assert np.allclose(output(drawn, "mean", 1.0)[0, 3], drawn.values[0].mean(axis=0))
    level = 1.0 * 48 / (4 * np.abs(drawn.keys[0]).sum())
    inside = np.clip(drawn.keys[0], -level, level)
    weights = np.exp(inside @ inside.T / 2)
    assert np.allclose(output(drawn, "clip", 1.0)[0], weights @ drawn.values[0] / weights.sum(axis=1, keepdims=True))


def test_the_pursuit_removes_a_spike_of_a_low_rank_matrix() -> None:
    clean = np.ones((1, 30, 10))
    keys = clean.copy()
    keys[0, 3, 4] = 20.0
    drawn = Contaminated(clean, keys, np.random.default_rng(3).standard_normal((1, 30, 10)))
    assert error(drawn, output(drawn, "pursuit", 1.0)).item() < 0.05 < error(drawn, output(drawn, "plain", 1.0)).item()


def test_bad_input_is_refused() -> None:
    rng = np.random.default_rng(4)
    with pytest.raises(ValueError, match="kind"):
        contaminated(rng, 1, 4, 2, 1, "all")
    with pytest.raises(ValueError, match="rank"):
        contaminated(rng, 1, 4, 2, 3, "tokens")
    with pytest.raises(ValueError, match="share"):
        contaminated(rng, 1, 4, 2, 1, "tokens", share=2.0)
    with pytest.raises(ValueError, match="count"):
        contaminated(rng, 0, 4, 2, 1, "tokens")
    with pytest.raises(ValueError, match="estimator"):
        output(contaminated(rng, 1, 4, 2, 1, "tokens"), "median", 1.0)


def test_a_truth_value_is_no_number_of_sweeps() -> None:
    with pytest.raises(ValueError, match="estimator"):
        output(contaminated(np.random.default_rng(5), 1, 4, 2, 1, "tokens"), True, 1.0)
