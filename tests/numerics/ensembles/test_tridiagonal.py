import numpy as np
import pytest

from numerics.ensembles.tridiagonal import gain, top_pairs


def test_worked_values() -> None:
    for pair in top_pairs([2, 2], [1, 0]):
        assert abs(pair.eigenvalue.value - 3) <= pair.eigenvalue.error < 1e-13
        assert abs(pair.first.value - 0.5) <= pair.first.error < 1e-12
        assert abs(pair.last.value - 0.5) <= pair.last.error < 1e-12
    found = gain([3, 1], [1, 0], 1)
    assert abs(found.value - (2**0.5 - 1)) <= found.error < 1e-12


def test_rows_in_reverse_exchange_first_and_last() -> None:
    one, reverse = top_pairs([3.0, 1.0, -1.0], [1.0, 0.5, 9.0])
    T = np.array([[3, 1, 0], [1, 1, 0.5], [0, 0.5, -1]])
    values, vectors = np.linalg.eigh(T)
    assert abs(one.eigenvalue.value - values[-1]) <= one.eigenvalue.error
    assert abs(reverse.eigenvalue.value - values[-1]) <= one.eigenvalue.error
    for found, k in ((one.first, 0), (one.last, 2), (reverse.first, 2), (reverse.last, 0)):
        assert abs(found.value - vectors[k, -1] ** 2) <= found.error


def test_the_error_of_components_grows_as_the_gap_falls() -> None:
    wide, narrow = (top_pairs([1.0 + gap, 1.0], [0.0, 0.0])[0].first.error for gap in (1.0, 1e-6))
    assert narrow > 1e5 * wide


def test_one_row() -> None:
    one, _ = top_pairs([-2.0], [3.0])
    assert (one.eigenvalue.value, one.first.value, one.last.value) == (-2, 1, 1)


def test_bad_input_is_refused() -> None:
    for function in (top_pairs, lambda diagonal, couplings: gain(diagonal, couplings, 1)):
        with pytest.raises(ValueError, match="diagonal must be finite"):
            function([1.0, np.nan], [1.0, 0.0])
        with pytest.raises(ValueError, match="couplings must have the shape"):
            function([1.0, 2.0], [1.0])
    with pytest.raises(ValueError, match="must be simple"):
        top_pairs([1.0, 1.0], [0.0, 0.0])
    for m in (0, 2):
        with pytest.raises(ValueError, match="m must be from 1 to 1"):
            gain([1.0, 2.0], [1.0, 0.0], m)
