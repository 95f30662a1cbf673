import numpy as np
import pytest

from numerics.attention_pursuit import Reading, attention_pursuit, clipped_attention, sweep_rounding
from numerics.pursuit import block_matrix, pursuit

KEYS = np.array([[1.0], [-1.0]])


def test_the_worked_value() -> None:
    assert attention_pursuit(KEYS, KEYS, 1.0, 1).attended.ravel().tolist() == [0.25, -0.25]
    assert Reading(heads=3).multiplier(KEYS).item() == 0.75
    tanh = float(np.tanh(1 / 16))
    assert clipped_attention(KEYS, KEYS, 0.25).ravel().tolist() == pytest.approx([tanh, -tanh])


def test_sweeps_are_those_of_a_loop_over_entries() -> None:
    rng = np.random.default_rng(0)
    keys, values, weight = rng.standard_normal((5, 3)), rng.standard_normal((5, 3)), 0.6
    step = 15 * 2 / (4 * np.abs(keys).sum())
    output, dual = np.zeros((5, 3)), np.zeros((5, 3))
    for _ in range(3):
        moved = keys - output + dual / step
        sparse = np.array([[np.sign(x) * max(abs(x) - weight * step, 0) for x in row] for row in moved])
        attended = keys - sparse - dual / step
        scores = np.exp(attended @ attended.T / np.sqrt(3))
        output = scores @ values / scores.sum(axis=1, keepdims=True)
        dual = dual + step * (keys - output - sparse)
    found = attention_pursuit(keys, values, weight, 3, Reading(heads=2))
    assert np.allclose(found.output, output, rtol=1e-10, atol=0)
    assert np.allclose(found.dual, dual, rtol=1e-9, atol=1e-12)
    assert found.filled() == (sparse != 0).mean()
    assert found.residual(keys) == pytest.approx(np.linalg.norm(keys - output - sparse) / np.linalg.norm(keys))


def test_read_as_the_pursuit_it_solves_the_pursuit() -> None:
    matrix = block_matrix(9, 1, 1.0, 2.0)
    reading = Reading(threshold="ratio", sign=1, step="shrinkage")
    assert np.allclose(
        attention_pursuit(matrix, matrix, 1 / 3, 300, reading).output, pursuit(matrix).low_rank, atol=1e-6
    )


def test_the_readings_differ() -> None:
    rng = np.random.default_rng(1)
    keys, values = rng.standard_normal((6, 4)), rng.standard_normal((6, 4))
    readings = [
        Reading(),
        Reading("ratio"),
        Reading(sign=1),
        Reading(heads=2),
        Reading(rule="hard"),
        Reading(quarter=1.0),
    ]
    found = [attention_pursuit(keys, values, 1.0, 2, reading).output for reading in readings]
    assert all(np.abs(a - b).max() > 1e-6 for i, a in enumerate(found) for b in found[:i])


def test_a_batch_is_as_its_members() -> None:
    rng = np.random.default_rng(2)
    keys, values = rng.standard_normal((2, 3, 6, 4))
    together = attention_pursuit(keys, values, 1.0, 3).output
    assert np.allclose(together[1], attention_pursuit(keys[1], values[1], 1.0, 3).output)


def test_bad_input_is_refused() -> None:
    for wrong in ({"threshold": "sum"}, {"step": "none"}, {"rule": "no"}, {"sign": 0}, {"heads": 0}, {"quarter": 0.0}):
        with pytest.raises(ValueError, match=r"must|is one of"):
            Reading(**wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="penalty"):
        attention_pursuit(KEYS, KEYS, -1.0, 1)
    with pytest.raises(ValueError, match="sweeps"):
        attention_pursuit(KEYS, KEYS, 1.0, 0)
    with pytest.raises(ValueError, match="shape of the keys"):
        attention_pursuit(KEYS, np.ones((3, 1)), 1.0, 1)
    with pytest.raises(ValueError, match="all be 0"):
        attention_pursuit(0 * KEYS, KEYS, 1.0, 1)
    with pytest.raises(ValueError, match="finite"):
        attention_pursuit(KEYS * np.nan, KEYS, 1.0, 1)
    with pytest.raises(ValueError, match="negative"):
        clipped_attention(KEYS, KEYS, -1.0)


def test_the_bound_of_rounding_holds_and_is_small() -> None:
    rng = np.random.default_rng(3)
    keys, values = rng.uniform(-1, 1, (2, 4, 3))
    assert sweep_rounding(keys, values, 0.5, 1) < 1e-12
    for sweeps in (1, 2, 3):
        found = attention_pursuit(keys, values, 0.5, sweeps)
        moved = attention_pursuit(keys[::-1], values[::-1], 0.5, sweeps)  # the same, summed in another order
        bound = sweep_rounding(keys, values, 0.5, sweeps)
        assert np.abs(found.output - moved.output[::-1]).max() <= bound < 1e-8
        assert np.abs(found.sparse - moved.sparse[::-1]).max() <= bound


def test_rounding_is_not_bounded_for_other_rules_and_heads_are_a_number() -> None:
    for reading in (Reading(rule="hard"), Reading(step="shrinkage")):
        with pytest.raises(ValueError, match="soft"):
            sweep_rounding(KEYS, KEYS, 1.0, 1, reading)
    with pytest.raises(ValueError, match="heads"):
        Reading(heads=True)
