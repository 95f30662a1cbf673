import math

import pytest

from theory.kernel_pca import short_sequences as short

E = math.e


def test_the_worked_values() -> None:
    assert [[float(x) for x in row] for row in short.scores([[0], [1]])] == [[1, 1], pytest.approx([1, E])]
    assert [float(x) for x in short.sums([[0], [1]])] == pytest.approx([2, 1 + E])
    entry = (1 / 4 - 1 / (1 + E) + E / (1 + E) ** 2) / 4
    assert float(short.centred([[0], [1]])[0][1]) == pytest.approx(-entry)
    assert [float(x) for x in short.traces([[0], [1]])] == pytest.approx([2 * entry, 4 * entry**2])


def test_rows_of_the_centred_matrix_sum_to_0() -> None:
    for row in short.centred([[0, 1], [2, 3], [-1, 0.5], [0, 0]]):
        assert sum(row).contains(0)


@pytest.mark.parametrize("keys", [[[0]], [[0], [1, 2]], [[0], [float("nan")]]])
def test_bad_keys(keys) -> None:
    with pytest.raises(ValueError, match=r"N ≥ 2 keys|must have 1 entries|finite"):
        short.sums(keys)
