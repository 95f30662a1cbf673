"""Cases of this family, as Hypothesis draws them: spectra, parameters and a seed for the rotation."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from numerics import prompts
from numerics.prompts import Array

coordinates = st.integers(-256, 256).map(lambda k: k / 128)
"""Numbers in [−2, 2], exact in binary and evenly spread: random floats are mostly very small."""

rotations = st.integers(0, 2**32 - 1)


def spectra(largest_dimension: int, ratios: st.SearchStrategy[float]) -> st.SearchStrategy[list[float]]:
    """Draw d descending eigenvalues: λ_1 between 1/4 and 4, the others λ_1 times a ratio; every d as likely."""
    return st.integers(0, largest_dimension - 1).flatmap(
        lambda others: st.builds(
            lambda top, drawn: [top, *sorted((top * ratio for ratio in drawn), reverse=True)],
            st.integers(16, 256).map(lambda k: k / 64),
            st.lists(ratios, min_size=others, max_size=others),
        )
    )


any_ratio = st.one_of(st.integers(1, 999).map(lambda k: k / 1000), st.sampled_from([0.0, 1e-6, 1 - 1e-9, 1.0]))
"""Zero, small, nearly degenerate and degenerate eigenvalues included."""

gapped_ratio = st.one_of(st.integers(1, 950).map(lambda k: k / 1000), st.sampled_from([1e-3, 0.95, 1.0]))
"""Condition number up to 1e3; either in the top eigenspace or 5 % away from it."""


separated_ratio = st.integers(1, 20).map(lambda k: k / 20)
"""Condition number up to 20; eigenvalues are equal or a twentieth of the largest apart."""


def like(spectrum: list[float]) -> st.SearchStrategy[list[float]]:
    """Draw the coordinates of a vector along the eigenvectors."""
    return st.lists(coordinates, min_size=len(spectrum), max_size=len(spectrum))


@st.composite
def points(draw: st.DrawFn, largest_dimension: int, ratios: st.SearchStrategy[float]) -> dict[str, Any]:
    """Draw a spectrum, the coordinates of a point with a part along v_1, and a rotation."""
    spectrum = draw(spectra(largest_dimension, ratios))
    parameter = draw(like(spectrum))
    return {"spectrum": spectrum, "parameter": [parameter[0] or 1 / 128, *parameter[1:]], "rotation": draw(rotations)}


@st.composite
def heads(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a head with its spectrum and the coordinates of μ; for the softmax head d ≤ 2, ‖μ‖ ≤ 1 and b = μ·Σμ ≤ 1."""
    head = draw(st.sampled_from(["linear", "softmax"]))
    spectrum = draw(spectra(12 if head == "linear" else 2, any_ratio))
    parameter = draw(like(spectrum))
    size = sum(max(1, value) * entry**2 for value, entry in zip(spectrum, parameter, strict=True))
    if head == "softmax" and size > 1:
        parameter = [entry / size**0.5 for entry in parameter]
    return {"head": head, "spectrum": spectrum, "parameter": parameter, "rotation": draw(rotations)}


def rotated(spectrum: list[float], rotation: int) -> tuple[Array, Array]:
    """Return random eigenvectors, as columns, and the covariance with that spectrum."""
    basis = prompts.rotation(np.random.default_rng(rotation), len(spectrum))
    return basis, prompts.covariance(spectrum, basis)
