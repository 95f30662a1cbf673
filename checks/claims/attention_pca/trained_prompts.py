"""A5.5: training on P prompts: the pencil of Σ_p Σ_p² and Σ_p Σ_p, its bulk, its outliers and the threshold."""

from fractions import Fraction

from flint import arb

from checks.harness.kinds import Limit
from numerics.trained_prompts import drawn_pencils
from theory.attention_pca import trained_prompts
from theory.random_matrices import spiked

from .source import SOURCE

DERIVED = f"{SOURCE}; derived here, P = 1 is doi:10.1016/j.jmva.2005.08.003"
MODEL = (
    "Σ_p = X_pX_pᵀ/n, p = 1 … P, of independent X_p with columns N(0, I + θuuᵀ), real",
    "n → ∞ with d = γn; P and θ fixed, P > γ",
)

WEIGHTS = {3: (0.65, 0.33, 0.42, 0.19), 4: (0.25, 0.41, 0.34, 0.04)}
"""Of the controls of the top eigenvalue, by the number of prompts: about those of least variance."""

BESIDE = (0.0, 0.0, 0.44, -0.44)
"""Of the controls of further outliers."""


def away(strength, threshold_squared, size):
    """Tell whether a size is outside the critical window: |θ − θ_c| ≥ n^(−1/3), a convention.

    Nearer to the threshold the outlier is not apart from the fluctuations of the edge, n^(−2/3), and the expansion in
    1/n does not hold.
    """
    return abs(strength - float(threshold_squared) ** 0.5) >= size ** (-1 / 3)


def controlled(values, drawn, weights):
    """Take the controls of the draws away, which have the expectation 0; the weights only change the variance."""
    return values - drawn.controls @ weights


def edge_at(squared):
    """Return 1 + γ + 2θ_c for a wrong θ_c²(γ, P)."""
    return lambda aspect, prompts, **_: 1 + arb(aspect) + 2 * arb(squared(aspect, prompts)).sqrt()


class TrainedLocation(Limit):
    r"""For $P > \gamma$ and $\theta > \theta_c$, $\theta_c^2 = \frac\gamma P(1 + \gamma - \frac\gamma P)$, the top
    generalised eigenvalue of $(\sum_p\Sigma_p^2, \sum_p\Sigma_p)$ tends to $\ell(\theta) = 1 + \gamma + \theta +
    \theta_c^2/\theta$, which is above the bulk. (Observed to ±0.09 and ±0.15.)
    """

    label = "A5.5"
    title = "Threshold for training on P prompts: location of the outlier"
    source = DERIVED
    assumptions = MODEL
    uses = ("D1.1", "D2.1")
    exponents = (1, 2)
    resolution = 0.03
    replicates = Limit.each(192)
    block = 64
    derivation = staticmethod(trained_prompts.derivation)

    def cases(self):
        return [
            {"strength": 1.5, "aspect": 0.5, "prompts": 3, "sizes": [8, 24, 72, 216]},
            {"strength": 2.0, "aspect": 1.5, "prompts": 4, "sizes": [6, 16, 46, 130]},
        ]

    def prediction(self, strength, aspect, prompts, sizes):
        return trained_prompts.location(strength, aspect, prompts)

    def outside_window(self, size, strength, aspect, prompts):
        return away(strength, trained_prompts.threshold_squared(aspect, prompts), size)

    def simulation(self, rng, n, size, strength, aspect, prompts):
        drawn = drawn_pencils(rng, n, prompts, round(aspect * size), size, strength)
        return controlled(drawn.top, drawn, WEIGHTS[prompts])

    def mutants(self):
        return {
            "the edge: no outlier": lambda aspect, prompts, **_: trained_prompts.location(0, aspect, prompts),
            "that of one prompt": lambda strength, aspect, **_: spiked.location(strength, aspect),
            "that of the pooled samples": lambda strength, aspect, prompts, **_: spiked.location(
                strength, Fraction(aspect) / prompts
            ),
            "θ_c² = γ/P": lambda strength, aspect, prompts, **_: (
                1 + Fraction(aspect) + Fraction(strength) + Fraction(aspect) / (prompts * Fraction(strength))
            ),
            "1 + θ, the population's eigenvalue": lambda strength, **_: 1 + Fraction(strength),
        }


class TrainedEdge(Limit):
    r"""For $P > \gamma$ and $-1 < \theta \le \theta_c$ the top generalised eigenvalue of $(\sum_p\Sigma_p^2,
    \sum_p\Sigma_p)$ tends to the edge $1 + \gamma + 2\theta_c$ of the bulk. (Observed to ±0.26 and ±0.48.)
    """

    label = "A5.5.edge"
    title = "Training on P prompts: no outlier up to the threshold"
    source = DERIVED
    assumptions = MODEL
    uses = ("D1.1", "D2.1")
    exponents = (2 / 3, 1)  # fluctuations of the edge and their bias, and the next order of the centring
    resolution = 0.1
    replicates = Limit.each(256)
    block = 64
    derivation = staticmethod(trained_prompts.derivation)

    def cases(self):
        return [
            {"strength": -0.5, "aspect": 0.5, "prompts": 2, "sizes": [4, 16, 64, 256]},
            {"strength": 0.5, "aspect": 1.5, "prompts": 2, "sizes": [4, 14, 48, 164]},
        ]

    def prediction(self, strength, aspect, prompts, sizes):
        return trained_prompts.location(strength, aspect, prompts)

    def outside_window(self, size, strength, aspect, prompts):
        return away(strength, trained_prompts.threshold_squared(aspect, prompts), size)

    def simulation(self, rng, n, size, strength, aspect, prompts):
        return drawn_pencils(rng, n, prompts, round(aspect * size), size, strength).top

    def mutants(self):
        def no_threshold(strength, aspect, prompts, **_):
            theta = Fraction(strength)
            return 1 + Fraction(aspect) + theta + trained_prompts.threshold_squared(aspect, prompts) / theta

        return {
            "no threshold": no_threshold,
            "θ_c = √γ, one prompt's": edge_at(lambda aspect, prompts: aspect),
            "θ_c = √(γ/P), of the pooled samples": edge_at(lambda aspect, prompts: aspect / prompts),
            "θ_c = √(γ(1 + γ)/P), of many prompts": edge_at(lambda aspect, prompts: aspect * (1 + aspect) / prompts),
            "edge of one prompt": lambda aspect, **_: spiked.location(0, aspect),
        }


class FurtherOutliers(Limit):
    r"""For $P \ge 2$, $P > \gamma$ and $\gamma\theta/P > \theta_c$, that is $\theta^2 > (1 + \gamma - \frac\gamma
    P)P/\gamma$, the next $P - 1$ generalised eigenvalues leave the bulk too: they tend to $\ell(\gamma\theta/P)$, below
    $\ell(\theta)$. (Observed to ±0.13.)
    """

    label = "A5.5.further"
    title = "Training on P prompts: P − 1 further outliers of a strong spike"
    source = DERIVED
    assumptions = MODEL
    uses = ("D1.1", "D2.1")
    exponents = (1, 2)
    resolution = 0.035
    replicates = Limit.each(192)
    block = 64
    derivation = staticmethod(trained_prompts.derivation)

    def cases(self):
        return [{"strength": 12.0, "aspect": 0.5, "prompts": 3, "sizes": [8, 24, 72, 216]}]

    def prediction(self, strength, aspect, prompts, sizes):
        return trained_prompts.further_location(strength, aspect, prompts)

    def outside_window(self, size, strength, aspect, prompts):
        place = aspect * strength / prompts
        return away(place, trained_prompts.threshold_squared(aspect, prompts), size)

    def simulation(self, rng, n, size, strength, aspect, prompts):
        drawn = drawn_pencils(rng, n, prompts, round(aspect * size), size, strength, following=prompts - 1)
        return controlled(drawn.following, drawn, BESIDE)

    def mutants(self):
        return {
            "the edge: one outlier only": lambda aspect, prompts, **_: trained_prompts.location(0, aspect, prompts),
            "ℓ(θ), as the top one": lambda strength, aspect, prompts, **_: trained_prompts.location(
                strength, aspect, prompts
            ),
            "ℓ(θ/P)": lambda strength, aspect, prompts, **_: trained_prompts.location(
                Fraction(strength) / prompts, aspect, prompts
            ),
        }
