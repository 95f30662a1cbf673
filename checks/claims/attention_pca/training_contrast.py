"""A5.3: one prompt's PCA, PCA of all samples together, and training on P prompts, at a strength between thresholds."""

from fractions import Fraction

from checks.harness.kinds import Limit
from numerics.ensembles.reduced import outlier
from numerics.trained_prompts import drawn_minimisers
from theory.attention_pca import training_contrast

from .trained_prompts import DERIVED, MODEL, away, controlled

LARGE = [100, 1000, 10_000, 100_000]

WEIGHTS = (0.0, -0.44, 0.25, -0.24)
"""Of the controls of training: about those of least variance."""


class TrainingContrast(Limit):
    r"""For $P > \max(1, \gamma)$, $\sqrt{\gamma/P} < \theta_c < \sqrt\gamma$. So for $\theta_c < \theta < \sqrt\gamma$
    the PCA of one prompt's $n$ samples holds nothing of $u$ in the limit, training across $P$ prompts holds what A5.6
    says, and PCA of all $nP$ samples, of the threshold $\sqrt{\gamma/P}$, $(1 - \gamma/(P\theta^2))/(1 +
    \gamma/(P\theta))$. (Observed to ±0.16.)
    """

    label = "A5.3"
    title = "One prompt's PCA, pooled PCA and training compared"
    source = DERIVED
    assumptions = (*MODEL, "infinite prompts with the covariances Σ_p")
    uses = ("A5.5", "A5.6", "A5.7", "D2.1", "D2.2", "D2.2.below")
    exponents = (1, 2)
    resolution = 0.16
    replicates = Limit.each(160)
    block = 32
    derivation = staticmethod(training_contrast.derivation)

    def cases(self):
        common = {"strength": 1.1875, "aspect": 2.0, "prompts": 16}
        sizes = {"one prompt": LARGE, "trained": [5, 13, 32, 76], "pooled": LARGE}
        return [{"way": way, **common, "sizes": each} for way, each in sizes.items()]

    def prediction(self, way, strength, aspect, prompts, sizes):
        return training_contrast.overlap(way, strength, aspect, prompts)

    def outside_window(self, size, way, strength, aspect, prompts):
        return away(strength, training_contrast.threshold_squared(way, aspect, prompts), size)

    def simulation(self, rng, n, size, way, strength, aspect, prompts):
        d = round(aspect * size)
        if way == "trained":
            drawn = drawn_minimisers(rng, n, prompts, d, size, strength, aligned=False)
            return controlled(drawn.overlap, drawn, WEIGHTS)
        return outlier(rng, n, d, size * prompts if way == "pooled" else size, strength).overlap

    def scale(self, **_):
        return 1

    def mutants(self):
        def in_place_of(way, other):
            return lambda **case: self.prediction(**{**case, "way": other if case["way"] == way else case["way"]})

        return {
            "training no better than one prompt's PCA": in_place_of("trained", "one prompt"),
            "PCA of one prompt as good as of the pool": in_place_of("one prompt", "pooled"),
            "pooled PCA only as good as training": in_place_of("pooled", "trained"),
            "no threshold": lambda way, **case: self.prediction(way=way, **case) or Fraction(1, 5),
            "as in the population": lambda **_: 1,
        }
