"""Cases of this family, as Hypothesis draws them: symmetric tridiagonal matrices, exact in binary."""

from typing import Any

from hypothesis import strategies as st

from theory.random_matrices import tridiagonal

entries = st.integers(-256, 256).map(lambda k: k / 64)
"""Numbers in [−4, 4]."""

coupled = st.one_of(
    st.integers(-128, 128).map(lambda k: k / 64),
    st.integers(5, 14).map(lambda power: 0.5**power),  # nearly decoupled
)
nonzero = coupled.filter(bool)


@st.composite
def matrices(draw: st.DrawFn, least: int, most: int, couplings: st.SearchStrategy[float] = coupled) -> dict[str, Any]:
    """Draw the diagonal and the couplings T[i, i+1] of T, the last of which couples to nothing; every third graded."""
    rows = draw(st.integers(least, most))
    grade = draw(st.sampled_from([1.0, 1.0, 0.25, 0.5, 1.0, 1.0]))
    diagonal = [draw(entries) * grade**i for i in range(rows)]
    beside = [draw(couplings) * grade**i for i in range(rows)]
    return {"diagonal": diagonal, "couplings": beside}


def has_gap(case: dict[str, Any]) -> bool:
    """Tell whether the top eigenvalue is simple, by a thousandth of the size of T at least."""
    T = tridiagonal.Tridiagonal.of(**case)
    values = T.eigenvalues()
    size = max(map(abs, (*case["diagonal"], *case["couplings"][:-1], 0.0)))
    return size > 0 and (len(values) == 1 or bool(values[0] - values[1] > size / 1024))
