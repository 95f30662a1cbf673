"""Cases of this family, as Hypothesis draws them: spectra, parameters and a seed for the rotation."""

from hypothesis import strategies as st

finite = st.floats(-2, 2, allow_subnormal=False)
rotations = st.integers(0, 2**32 - 1)


def spectra(largest_dimension: int, ratios: st.SearchStrategy[float]) -> st.SearchStrategy[list[float]]:
    """Draw d descending eigenvalues: λ_1 between 1/4 and 4, the others λ_1 times a ratio."""
    return st.builds(
        lambda top, others: [top, *sorted((top * ratio for ratio in others), reverse=True)],
        st.floats(0.25, 4),
        st.lists(ratios, max_size=largest_dimension - 1),
    )


any_ratio = st.one_of(st.floats(1e-6, 1), st.sampled_from([0.0, 1e-6, 1 - 1e-9, 1.0]))
"""Zero, small, nearly degenerate and degenerate eigenvalues included."""

gapped_ratio = st.one_of(st.floats(1e-3, 0.95), st.sampled_from([1e-3, 0.95, 1.0]))
"""Condition number up to 1e3; either in the top eigenspace or 5 % away from it."""


@st.composite
def heads(draw: st.DrawFn) -> dict[str, object]:
    """Draw a head with its spectrum and the coordinates of μ; for the softmax head d ≤ 2 and b = μ·Σμ ≤ 1."""
    head = draw(st.sampled_from(["linear", "softmax"]))
    spectrum = draw(spectra(12 if head == "linear" else 2, any_ratio))
    parameter = draw(st.lists(finite, min_size=len(spectrum), max_size=len(spectrum)))
    coupling = sum(value * entry**2 for value, entry in zip(spectrum, parameter, strict=True))
    if head == "softmax" and coupling > 1:
        parameter = [entry / coupling**0.5 for entry in parameter]
    return {"head": head, "spectrum": spectrum, "parameter": parameter, "rotation": draw(rotations)}
