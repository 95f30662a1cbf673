import numpy as np
import pytest
from scipy import stats

from numerics.ensembles import banded, dense

LEAST_P = 1e-6


def test_entries_have_their_laws_and_places() -> None:
    d, n, strengths = 6, 4, (3.0, -0.5)
    drawn = banded.entries(np.random.default_rng(0), 4000, d, n, strengths)
    assert drawn.shape == (6, 3, 4000)
    for i in range(6):
        for lag in range(3):
            column, variance = i - lag, [4, 0.5, 1, 1, 1, 1][i]
            entry = drawn[i, lag] / np.sqrt(variance)
            if not 0 <= column < n:
                assert not entry.any()
            elif lag == 1:
                assert stats.kstest(entry, "norm").pvalue > LEAST_P
            else:
                degrees = n - i if lag == 0 else d - 2 - column
                assert stats.kstest(entry, "chi", args=(degrees,)).pvalue > LEAST_P


@pytest.mark.parametrize(
    ("d", "n", "strengths", "k"),
    [
        (6, 8, (3, 1), 2),
        (7, 3, (3, 1), 2),
        (6, 2, (3, 1, 0.5), 2),
        (3, 1, (2, 5, 0), 1),
        (3, 5, (2, -0.5, 4), 3),
        (5, 4, (2,), 2),
        (30, 20, (2, 1), 2),
    ],
)
def test_law_is_that_of_the_dense_model(d: int, n: int, strengths: tuple[float, ...], k: int) -> None:
    rng = np.random.default_rng(d + n)
    found = banded.leading(rng, 4000, d, n, strengths, k=k)
    values, overlaps = dense.leading(dense.spiked_data(rng, 4000, d, n, strengths), k)
    pairs = [(found.eigenvalues[:, j], values[:, j]) for j in range(k)]
    for i in range(len(strengths)):
        for j in range(k):
            pairs.append((found.overlaps[:, i, j], overlaps[:, i, j]))
            pairs.append((found.overlaps[:, i, j] * found.eigenvalues[:, 0], overlaps[:, i, j] * values[:, 0]))
    assert min(stats.ks_2samp(ours, theirs).pvalue for ours, theirs in pairs) > LEAST_P


def test_what_is_left_out_does_not_matter() -> None:
    d, n, strengths, r = 400, 300, (4.0, 8.0, 3.0), 3
    found = banded.leading(np.random.default_rng(1), 5, d, n, strengths, k=r)
    whole = banded.entries(np.random.default_rng(1), 5, d, n, strengths)  # rows do not depend on later ones
    assert (found.rows < len(whole)).all()
    assert (found.last < 1e-16).all()
    for sample in range(5):
        b = np.zeros((len(whole), n))
        for i in range(len(whole)):
            for lag in range(min(r, i) + 1):
                if i - lag < n:
                    b[i, i - lag] = whole[i, lag, sample]
        values, vectors = np.linalg.eigh(b @ b.T / n)
        np.testing.assert_allclose(found.eigenvalues[sample], values[: -r - 1 : -1], rtol=1e-12)
        np.testing.assert_allclose(found.overlaps[sample], vectors[:r, : -r - 1 : -1] ** 2, atol=1e-10)


def test_rows_are_added_until_the_certificate_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(banded, "leading_rows", lambda *_: 7)
    found = banded.leading(np.random.default_rng(2), 4, 300, 300, (4, 2), k=2)
    assert (found.rows > 7).all()
    assert (found.last < 1e-16).all()
    np.testing.assert_allclose(found.overlaps[:, 0, 0], 0.7, atol=0.25)  # (1 − 1/16)/(1 + 1/4) = 3/4


def test_worked_values() -> None:
    found = banded.leading(np.random.default_rng(3), 50, 10**6, 10**6, (2, 4), k=2)
    np.testing.assert_allclose(found.eigenvalues.mean(axis=0), [6.25, 4.5], atol=0.01)
    np.testing.assert_allclose(found.overlaps.mean(axis=0), [[0, 0.5], [0.75, 0]], atol=0.002)
    assert set(found.rows) == {75}
    assert banded.leading_rows(10**6, 10**6, (2, 4), 2) == 75
    one = banded.entries(np.random.default_rng(4), 20_000, 1, 5, (1,))
    assert (one[0, 0] ** 2).mean() == pytest.approx(10, rel=0.05)
    assert not one[0, 1].any()
    value, overlap, last = banded.eigenpairs(np.array([[[2.0], [0.0]], [[1.0], [0.0]]]), 1, 1)
    assert (value[0, 0], overlap[0, 0, 0], last[0]) == (4, 1, 0)


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"count": 0}, "count must be an integer of at least 1"),
        ({"d": 0}, "dimension d must be an integer of at least 1"),
        ({"n": 0}, "n must be an integer of at least 1"),
        ({"k": 0}, "k must be an integer of at least 1"),
        ({"k": 5}, r"at most min\(d, n\) = 4"),
        ({"strengths": (1, -1)}, "above −1"),
        ({"strengths": (1, float("nan"))}, "finite"),
        ({"strengths": ()}, "r ≥ 1 numbers"),
        ({"strengths": 2.0}, "r ≥ 1 numbers"),
        ({"strengths": (1,) * 6}, "6 spikes need a dimension d of at least that, not 5"),
    ],
)
def test_bad_input_is_refused(changed: dict, complaint: str) -> None:
    case = {"count": 2, "d": 5, "n": 4, "strengths": (1, 2), "k": 1} | changed
    with pytest.raises(ValueError, match=complaint):
        banded.leading(np.random.default_rng(0), **case)


def test_rows_outside_of_the_matrix_are_refused() -> None:
    with pytest.raises(ValueError, match="rows 4 to 6 are not among the 5 rows of B"):
        banded.entries(np.random.default_rng(0), 1, 5, 4, (1, 2), first=4, rows=2)


def test_leading_pairs_of_dense_data() -> None:
    data = dense.Data(np.sqrt(2) * np.diag([2.0, 1.0])[None], np.eye(2)[:, :1], np.empty((1, 1, 2)))
    values, overlaps = dense.leading(data, 2)
    np.testing.assert_allclose(values, [[4, 1]], atol=1e-14)
    np.testing.assert_allclose(overlaps, [[[1, 0]]], atol=1e-14)
    with pytest.raises(ValueError, match="at most the dimension d = 2, not 3"):
        dense.leading(data, 3)


def test_all_eigenvalues_can_be_asked_for() -> None:
    found = banded.leading(np.random.default_rng(0), 3, 20, 20, [2.0], k=20)
    assert found.eigenvalues.shape == (3, 20)
    assert (found.eigenvalues > 0).all()
