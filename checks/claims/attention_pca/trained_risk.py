"""A5.7: the minimiser of the risk averaged over P prompts, and the pencil's top vector."""

import numpy as np
from flint import arb
from hypothesis import strategies as st

from checks.harness.kinds import Bound, Limit
from numerics.memorisation import risk_less_covariance, token_covariances
from numerics.trained_prompts import drawn_minimisers, pencil
from theory.attention_pca import trained_overlaps, trained_prompts, trained_risk
from theory.attention_pca.prompt_data import covariances, mean_trace, pencil_top, top_eigenvalue
from theory.random_matrices import overlaps

from .draws import coordinates
from .memorisation import entries
from .source import SOURCE
from .trained_prompts import DERIVED, MODEL, away, controlled

WEIGHTS = {"alignment": (0.0, -0.5, -0.05, 0.1), "overlap": (0.2, -0.15, 0.055, -0.075)}
"""Of the controls: about those of least variance."""


class TrainedMinimiser(Limit):
    r"""For $P > \gamma$ and $\theta > \theta_c$ the minimum $\mu$ of the infinite-prompt risk averaged over $P$
    prompts that descent from a random start finds is along the pencil's top vector $\nu$ in the limit:
    $(\mu\cdot\nu)^2/(\lVert\mu\rVert\lVert\nu\rVert)^2 \to 1$; and it has the same overlap with $u$. (Observed to
    ±0.13. At finite $n$ the risk of several prompts can have further local minima.)
    """

    label = "A5.7"
    title = "The minimiser of the P-prompt risk is the pencil's top vector"
    source = DERIVED
    assumptions = (*MODEL, "infinite prompts with the covariances Σ_p")
    uses = ("A1.2", "A1.3", "A5.5", "A5.6", "A5.7.bound")
    exponents = (1, 2)
    resolution = 0.13
    replicates = Limit.each(128)
    block = 32
    derivation = staticmethod(trained_risk.derivation)

    def cases(self):
        return [
            {"of": "alignment", "strength": 1.5, "aspect": 0.5, "prompts": 3, "sizes": [8, 24, 72, 216]},
            {"of": "overlap", "strength": 2.0, "aspect": 1.5, "prompts": 4, "sizes": [6, 16, 46, 130]},
        ]

    def prediction(self, of, strength, aspect, prompts, sizes):
        return 1 if of == "alignment" else trained_overlaps.overlap(strength, aspect, prompts)

    def outside_window(self, size, of, strength, aspect, prompts):
        return away(strength, trained_prompts.threshold_squared(aspect, prompts), size)

    def simulation(self, rng, n, size, of, strength, aspect, prompts):
        d = round(aspect * size)
        drawn = drawn_minimisers(rng, n, prompts, d, size, strength, aligned=of == "alignment")
        return controlled(getattr(drawn, of), drawn, WEIGHTS[of])

    def scale(self, **_):
        return 1

    def mutants(self):
        def overlap(of, strength, aspect, prompts, **_):
            return trained_overlaps.overlap(strength, aspect, prompts)

        def own(of, strength, aspect, **_):
            return 1 if of == "alignment" else overlaps.overlap(strength, aspect)

        return {
            "along u itself": overlap,  # as if the alignment with ν were that with u
            "u found": lambda **_: 1,
            "every prompt's own PCA": own,
            "nothing learnt": lambda **_: 0,
        }


@st.composite
def many_tokens(draw):
    """Draw P prompts of n ≥ d tokens, Σ_p Σ_p positive definite, and a point."""
    count, d = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    token = st.lists(entries, min_size=d, max_size=d)
    prompt = st.lists(token, min_size=d, max_size=d)
    definite = st.lists(prompt, min_size=count, max_size=count).filter(
        lambda prompts: np.linalg.cond(token_covariances(prompts).sum(axis=0)) < 200
    )
    return {"prompts": draw(definite), "point": draw(st.lists(coordinates, min_size=d, max_size=d))}


class PencilBound(Bound):
    r"""For all covariances $\Sigma_1, \dots, \Sigma_P$, $\sum_p\Sigma_p \succ 0$, and every $\mu$: with $a_p =
    \mu^\top\Sigma_p^2\mu$ and $b_p = \mu^\top\Sigma_p\mu$ the mean of the infinite-prompt risks is at least $\bar t -
    \ell_{\max} + \mathrm{Cov}_p(a_p, b_p)$, $\ell_{\max}$ the top generalised eigenvalue of $(\sum_p\Sigma_p^2,
    \sum_p\Sigma_p)$, with equality at its vectors of the length $\bar b = 1$.
    """

    label = "A5.7.bound"
    title = "The risk of P prompts is bounded by the pencil's top eigenvalue"
    source = f"{SOURCE}; derived here"
    assumptions = ("infinite prompts with the covariances Σ_p",)
    uses = ("A1.2",)
    side = "lower"
    derivation = staticmethod(trained_risk.bound_derivation)

    def cases(self):
        return many_tokens()

    def prediction(self, prompts, **_):
        least = trained_risk.lower_bound(prompts)
        return {"at the point": least, "at the pencil's top vector": least}

    def simulation(self, prompts, point):
        matrices = token_covariances(prompts)
        vector = pencil(matrices).vectors[0]
        vector = vector / np.sqrt(vector @ matrices.mean(axis=0) @ vector)
        found = {"at the point": np.array(point), "at the pencil's top vector": vector}
        return {name: risk_less_covariance(at, prompts) for name, at in found.items()}

    def scale(self, prompts, point):
        return (
            float(mean_trace(prompts)) * max(1, np.linalg.norm(token_covariances(prompts)) * np.dot(point, point)) ** 2
        )

    def mutants(self):
        def with_top(wrong):
            return lambda prompts, **_: {"at the pencil's top vector": arb(float(mean_trace(prompts))) - wrong(prompts)}

        return {
            "99 % of ℓ": with_top(lambda prompts: pencil_top(prompts) * 99 / 100),
            "λ_max of the mean covariance": with_top(
                lambda prompts: top_eigenvalue(sum(covariances(prompts)[1:], covariances(prompts)[0])) / len(prompts)
            ),
            "nothing captured": with_top(lambda prompts: arb(0)),
        }
