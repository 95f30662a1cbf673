"""Ball arithmetic of the feature space against worked values, and against mpmath's own eigenvectors."""

import mpmath
import pytest

from theory.kernel_pca import feature_space as space


def test_worked_values() -> None:
    keys = space.tokens([[0], [1]], "keys")
    assert float(space.kernel(*[(1, 1, 1, 1)] * 2)) == pytest.approx(7.389056, abs=1e-6)
    assert [float(x) for x in space.gram(keys).sums] == pytest.approx([2, 3.718282], abs=1e-6)
    assert float(space.feature_products(keys[0], keys)[1]) == pytest.approx(1 / 7.436564, abs=1e-6)
    assert float(space.components(keys, 1).eigenvalues[0]) == pytest.approx(0.0444, abs=1e-4)
    assert [float(x) for x in space.doubly_centred([space.balls(row, "row") for row in ([1, 0], [0, 1])])[0]] == [
        0.5,
        -0.5,
    ]
    assert float(space.dot(space.balls([1, 2], "x"), space.balls([3, 4], "y"))) == 11
    assert float(space.total([])) == 0


def test_components_against_mpmath() -> None:
    keys = [[0.5, -1.0], [0.25, 2.0], [-1.5, 0.5], [1.0, 1.0], [0.0, 0.75]]
    found = space.components(space.tokens(keys, "keys"), 4)
    with mpmath.workdps(30):
        n, root = len(keys), mpmath.sqrt(2)
        raw = mpmath.matrix(n, n)
        for i, x in enumerate(keys):
            for j, y in enumerate(keys):
                raw[i, j] = mpmath.exp(mpmath.fdot(x, y) / root)
        g = [mpmath.fsum(raw[i, j] for j in range(n)) for i in range(n)]
        project = mpmath.eye(n) - mpmath.ones(n) / n
        scaled = mpmath.diag([1 / x for x in g])
        values, vectors = mpmath.eigsy(project * scaled * raw * scaled * project)
        for d in range(4):
            value, vector = values[n - 1 - d], vectors[:, n - 1 - d]
            assert float(found.eigenvalues[d]) == pytest.approx(float(value / n), rel=1e-14)
            ours = [float(x) for x in found.coefficients[d]]
            theirs = [float(x / mpmath.sqrt(value)) for x in vector]
            sign = 1 if ours[0] * theirs[0] > 0 else -1
            assert ours == pytest.approx([sign * x for x in theirs], rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    "call",
    [
        lambda: space.tokens([], "keys"),
        lambda: space.tokens([[]], "keys"),
        lambda: space.tokens([[1], [1, 2]], "keys"),
        lambda: space.tokens([[float("nan")]], "keys"),
        lambda: space.tokens([[1, 2]], "keys", dimension=3),
        lambda: space.gram(space.tokens([[1]], "keys")),
        lambda: space.components(space.tokens([[1]], "keys"), 1),
        lambda: space.components(space.tokens([[0], [1]], "keys"), 2),
        lambda: space.components(space.tokens([[0], [1]], "keys"), 0),
        lambda: space.components(space.tokens([[1], [1], [1]], "keys"), 1),
        lambda: space.balls([float("inf")], "values"),
    ],
)
def test_bad_input_is_refused(call) -> None:
    with pytest.raises(ValueError, match="must"):
        call()
