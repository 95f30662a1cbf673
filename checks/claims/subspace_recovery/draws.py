"""Cases of this family, as Hypothesis draws them: a model, an alignment, and a seed for what of q is across u."""

from typing import Any

from hypothesis import strategies as st

from checks.harness.claim import Prediction
from checks.harness.mutants import changed

LATENTS = ("rademacher", "constant", "gaussian")

rotations = st.integers(0, 2**32 - 1)

alignments = st.one_of(st.integers(-128, 128).map(lambda k: k / 128), st.sampled_from([-1.0, 0.0, 1.0]))
"""m = q·u in [−1, 1], the ends and the equator included, exact in binary."""

strengths = st.integers(0, 128).map(lambda k: k / 64)
"""θ in [0, 2]."""


def betas(largest: float) -> st.SearchStrategy[float]:
    """Draw β in (0, ``largest``]."""
    return st.integers(1, 64).map(lambda k: k * largest / 64)


def models(largest_beta: float, latents: tuple[str, ...] = LATENTS) -> st.SearchStrategy[dict[str, Any]]:
    """Draw β, θ, π, the law of the latent sign, m and a rotation."""
    return st.fixed_dictionaries(
        {
            "beta": betas(largest_beta),
            "theta": strengths,
            "share": st.integers(0, 16).map(lambda k: k / 16),
            "latent": st.sampled_from(latents),
            "alignment": alignments,
            "rotation": rotations,
        }
    )


MISREADINGS = {
    "theta": {"θ² in place of θ": lambda theta: theta**2},
    "share": {"1 − π in place of π": lambda share: 1 - share or 0.5, "as if π = 1": lambda share: 1},
    "ratio": {"δ forgotten": lambda ratio: 0},
    "latent": {
        "constant ↔ Rademacher sign": lambda latent: {"rademacher": "constant"}.get(latent, "rademacher"),
    },
    "alignment": {"a sign of the query lost": abs},
}
"""Wrong values of a parameter, by the name of the mistake."""


def misread(prediction: Prediction, *parameters: str) -> dict[str, Prediction]:
    """Return mutants that take one of the parameters for another number; 1 − π = 0 is taken for 1/2."""
    return {
        name: changed(prediction, **{parameter: wrong})
        for parameter in parameters
        for name, wrong in MISREADINGS[parameter].items()
    }
