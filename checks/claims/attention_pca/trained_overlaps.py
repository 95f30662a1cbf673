"""A5.6: how much of the spike the direction trained on P prompts holds."""

from fractions import Fraction

from checks.harness.kinds import Limit
from checks.harness.mutants import changed
from numerics.trained_prompts import drawn_pencils
from theory.attention_pca import trained_overlaps, trained_prompts
from theory.random_matrices import overlaps

from .trained_prompts import DERIVED, MODEL, away, controlled

WEIGHTS = {3: (0.2, -0.1, 0.03, -0.24), 4: (0.18, -0.07, 0.05, -0.05)}
"""Of the controls, by the number of prompts: about those of least variance."""


class TrainedOverlap(Limit):
    r"""For $P > \gamma$ and $\theta > \theta_c$ the squared overlap $(u\cdot\nu)^2/\lVert\nu\rVert^2$ of the spike with
    the top generalised eigenvector $\nu$ of $(\sum_p\Sigma_p^2, \sum_p\Sigma_p)$ tends to $(1 -
    \theta_c^2/\theta^2)/[(1 + \frac{\gamma}{P\theta})(1 + \frac{\gamma^2(P-1)}{P(P-\gamma)\theta})]$.
    (Observed to ±0.13.)
    """

    label = "A5.6"
    title = "Overlap of the trained direction"
    source = DERIVED
    assumptions = MODEL
    uses = ("A5.5", "D2.2")
    exponents = (1, 2)
    resolution = 0.13
    replicates = Limit.each(256)
    block = 64
    derivation = staticmethod(trained_overlaps.derivation)

    def cases(self):
        return [
            {"strength": 1.5, "aspect": 0.5, "prompts": 3, "sizes": [8, 24, 72, 216]},
            {"strength": 2.0, "aspect": 1.5, "prompts": 4, "sizes": [6, 18, 54, 162]},
        ]

    def prediction(self, strength, aspect, prompts, sizes):
        return trained_overlaps.overlap(strength, aspect, prompts)

    def outside_window(self, size, strength, aspect, prompts):
        return away(strength, trained_prompts.threshold_squared(aspect, prompts), size)

    def simulation(self, rng, n, size, strength, aspect, prompts):
        drawn = drawn_pencils(rng, n, prompts, round(aspect * size), size, strength)
        return controlled(drawn.overlap, drawn, WEIGHTS[prompts])

    def scale(self, **_):
        return 1

    def mutants(self):
        def without_second(strength, aspect, prompts, **_):
            theta, gamma = Fraction(strength), Fraction(aspect)
            second = 1 + gamma**2 * (prompts - 1) / (prompts * (prompts - gamma) * theta)
            return trained_overlaps.overlap(strength, aspect, prompts) * second

        return {
            "without the second factor": without_second,
            "that of one prompt": lambda strength, aspect, **_: overlaps.overlap(strength, aspect),
            "that of the pooled samples": lambda strength, aspect, prompts, **_: overlaps.overlap(
                strength, Fraction(aspect) / prompts
            ),
            "P − 1 in place of P": changed(self.prediction, prompts=lambda prompts: prompts - 1),
            "its square root": lambda **case: Fraction(float(self.prediction(**case)) ** 0.5),
        }
